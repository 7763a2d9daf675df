"""The order of the work: flows, deployments, the command line."""

from importlib.util import find_spec
from pathlib import Path

# The names of the top-level packages are fixed, and common: another `tasks` on the path would be imported for ours.
for _name in ("tasks", "schemas"):
    _found = find_spec(_name)
    if _found is None or Path(__file__).resolve().parents[1] not in {
        Path(place).resolve().parent for place in _found.submodule_search_locations or ()
    }:
        raise ImportError(
            f"sharegpt-clean needs its own package {_name!r}, and {_found.origin if _found else 'none'} was found: "
            "run it in a folder and an environment where no other package has that name."
        )
