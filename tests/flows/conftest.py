"""A Prefect server for the tests of deployments, and one Prefect home for runs that start a server of their own."""

import pytest

from tests.support.prefect_shell import environment, free_port, healthy, running, until


@pytest.fixture(scope="session")
def own_prefect(tmp_path_factory):
    """Return an environment in which `sharegpt run` starts a server of its own; its database is made once."""
    return environment(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start a server from the installed environment; return its folder, its API's address and a shell's environment."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    url = f"http://127.0.0.1:{port}/api"
    # Schedules and work are looked for at once, not every minute: no test waits for a clock.
    settings = {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1", "PREFECT_WORKER_QUERY_SECONDS": "1"}
    env = environment(folder, PREFECT_API_URL=url, **settings)
    with running(env, folder / "server.log", "prefect", "server", "start", "--port", port):
        until("the server", lambda: healthy(url))
        yield folder, url, env
