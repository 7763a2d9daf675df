"""A run's settings as one value: what each stage's digest, and the version's, depends on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from schemas.settings import CONCERNS, Concern


def combine(*parts: object) -> str:
    """Give one digest of several values that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Recipe:
    """The settings of all concerns, and the digests of the files that some of them name.

    Args:
        settings: by concern.
        identities: by concern: the digest of a tokenizer or of benchmark files, so that a name alone proves nothing.
    """

    settings: dict[str, Concern]
    identities: dict[str, str] = field(default_factory=dict)

    def of(self, concerns: tuple[str, ...]) -> tuple[Concern, ...]:
        """Give the settings of some concerns, in order."""
        return tuple(self.settings[name] for name in concerns)

    def digest(self, concerns: tuple[str, ...]) -> str:
        """Give the digest of some concerns with the files they name."""
        return combine(
            *((name, self.settings[name].model_dump(mode="json"), self.identities.get(name, "")) for name in concerns)
        )

    def document(self) -> dict[str, object]:
        """Give all settings but the runner's, and the key of the digests, as plain values, for the manifest."""
        told = {name: self.settings[name].model_dump(mode="json") for name in CONCERNS if name != "runner"}
        return {**told, "privacy": {name: value for name, value in told["privacy"].items() if name != "salt"}}


def make_recipe(*settings: Concern) -> Recipe:
    """Give the recipe of a run, its tokenizer and benchmark files read and digested.

    Raises PipelineError where a tokenizer or a benchmark file cannot be had: a run must not start without.
    """
    from tasks.runtime.input_digests import identities

    by_name = {kind: name for name, kind in CONCERNS.items()}
    named = {by_name[type(one)]: one for one in settings}
    return Recipe(named, identities(named))
