"""A run's settings as one value: what each stage's digest, and the version's, depends on."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.settings import SECTIONS, Section
from tasks.store.digest import combine


@dataclass(frozen=True)
class RunConfig:
    """The settings of all sections, and the digests of the files that some of them name.

    Args:
        settings: by section.
        input_digests: by section: the digest of a tokenizer or of benchmark files, so that a name alone proves nothing.
    """

    settings: dict[str, Section]
    input_digests: dict[str, str] = field(default_factory=dict)

    def of(self, sections: tuple[str, ...]) -> tuple[Section, ...]:
        """Return the settings of some sections, in order."""
        return tuple(self.settings[name] for name in sections)

    def digest(self, sections: tuple[str, ...]) -> str:
        """Return the digest of some sections with the files they name."""
        return combine(
            *(
                (name, self.settings[name].model_dump(mode="json"), self.input_digests.get(name, ""))
                for name in sections
            )
        )

    def document(self) -> dict[str, object]:
        """Return all settings but the runner's, and the key of the digests, as plain values, for the manifest."""
        told = {name: self.settings[name].model_dump(mode="json") for name in SECTIONS if name != "runner"}
        return {**told, "privacy": {name: value for name, value in told["privacy"].items() if name != "salt"}}


def make_run_config(*settings: Section) -> RunConfig:
    """Return the config of a run, its tokenizer and benchmark files read and digested.

    Raises PipelineError where a tokenizer or a benchmark file cannot be had: a run must not start without.
    """
    from tasks.runtime.input_digests import input_digests

    by_name = {kind: name for name, kind in SECTIONS.items()}
    named = {by_name[type(one)]: one for one in settings}
    return RunConfig(named, input_digests(named))
