"""How many examples a dear property is given."""

from hypothesis import settings


def examples(fast: int) -> int:
    """Return `fast`, and ten times as many in `make test-slow`, which loads the profile `slow`."""
    return 10 * fast if settings.get_current_profile_name() == "slow" else fast
