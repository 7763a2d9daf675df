"""Prefect's temporary server: what it leaves out, and what it must not."""

from prefect.server.api import server as prefects
from prefect.settings import Settings

from flows.cli.server import ENVIRONMENT
from flows.temporary import CALLED, put_first


def test_prefect_knows_every_setting_of_the_temporary_server(monkeypatch):
    """A setting that Prefect renames shows here, and not as a second more."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    server = Settings().server
    services = server.services
    off = (
        server.ui.enabled,
        server.register_blocks_on_start,
        server.memoize_block_auto_registration,
        server.events.stream_out_enabled,
        server.logs.stream_out_enabled,
        services.event_persister.enabled,
        services.triggers.enabled,
    )
    assert not any(off)
    recorder = services.task_run_recorder
    assert (recorder.enabled, recorder.batch_size, recorder.flush_interval) == (True, 50, 1)


def test_what_a_run_calls_stands_first_and_nothing_is_lost():
    """The order of the API's routers changes, not what it answers."""
    ordered = put_first(prefects.API_ROUTERS)
    assert [router.prefix for router in ordered[: len(CALLED)]] == list(CALLED)
    assert len(ordered) == len(prefects.API_ROUTERS)
    assert {id(router) for router in ordered} == {id(router) for router in prefects.API_ROUTERS}
