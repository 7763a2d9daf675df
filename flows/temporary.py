"""The process of Prefect's temporary server: `python -m flows.temporary PORT`, started by flows/cli/server.py."""

from __future__ import annotations

import gc
import sys
from typing import Any

from tasks.runtime.workers import YOUNG

CALLED = ("/flow_runs", "/artifacts", "/events", "/flows", "/csrf-token", "/admin")
"""What a run calls, most often first."""


def put_first(routers: tuple[Any, ...]) -> tuple[Any, ...]:
    """Order the API so that what a run calls stands first.

    FastAPI builds the routes of every router that it asks before it finds a request's own: of thirty, a second's work.
    """
    last = len(CALLED)
    return tuple(sorted(routers, key=lambda router: CALLED.index(router.prefix) if router.prefix in CALLED else last))


def main() -> None:
    """Serve on a port of this machine until SIGTERM."""
    # Python's collector looks at each young object again and again while hundreds of modules are read: a sixth of it.
    gc.set_threshold(YOUNG)
    import uvicorn
    from prefect.server.api import server

    server.API_ROUTERS = put_first(server.API_ROUTERS)
    uvicorn.run(
        server.create_app, factory=True, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="on"
    )


if __name__ == "__main__":
    main()
