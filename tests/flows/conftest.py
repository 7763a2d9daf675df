"""A Prefect server for the tests of deployments, and one Prefect home for runs that start a server of their own."""

from pathlib import Path

import pytest

from tests.support.once import once
from tests.support.prefect_shell import SOON, call, environment, free_port, healthy, home, running, until


def fill(folder: Path) -> None:
    """Make Prefect's database, as a server does in an empty home: two hundred migrations, 5 CPU seconds."""
    made = call(environment(folder), "prefect", "server", "database", "upgrade", "-y")
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> Path:
    """Return an empty database of Prefect's; of homes without one see the slow tests."""
    return once(tmp_path_factory, "prefect", fill) / "prefect" / "prefect.db"


@pytest.fixture(scope="session")
def own_prefect(tmp_path_factory, database):
    """Return an environment in which `sharegpt run` starts a server of its own; its database is made once."""
    return home(tmp_path_factory.mktemp("own"), database)


@pytest.fixture(scope="module")
def server(tmp_path_factory, database):
    """Start a server from the installed environment; return its folder, its API's address and a shell's environment."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    url = f"http://127.0.0.1:{port}/api"
    env = home(folder, database, PREFECT_API_URL=url, **SOON)
    with running(env, folder / "server.log", "prefect", "server", "start", "--port", port):
        until("the server", lambda: healthy(url))
        yield folder, url, env
