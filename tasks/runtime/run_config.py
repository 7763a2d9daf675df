"""A run's settings as one value: what each stage's digest, and the version's, depends on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.settings import SECTIONS, Section, Settings
from tasks.privacy.places import redact_document
from tasks.store.digest import combine


@dataclass(frozen=True)
class RunConfig:
    """The settings of all sections, and the digests of the files that some of them name.

    Args:
        settings: of all sections.
        input_digests: by section: the digest of a tokenizer or of benchmark files, so that a name alone proves nothing.
    """

    settings: Settings
    input_digests: dict[str, str] = field(default_factory=dict)

    def of(self, sections: tuple[str, ...]) -> tuple[Section, ...]:
        """Return the settings of some sections, in order."""
        return tuple(self.settings.section(name) for name in sections)

    def digest(self, sections: tuple[str, ...]) -> str:
        """Return the digest of some sections with the files they name."""
        return combine(
            *(
                (name, self.settings.section(name).model_dump(mode="json"), self.input_digests.get(name, ""))
                for name in sections
            )
        )

    def document(self) -> dict[str, dict[str, Any]]:
        """Return all settings but the runner's and the digests' key, as plain values, redacted, for the manifest."""
        shown = {name: self.settings.section(name).model_dump(mode="json") for name in SECTIONS if name != "runner"}
        shown["privacy"].pop("salt")
        redacted: dict[str, dict[str, Any]] = redact_document(shown)
        return redacted


def make_run_config(settings: Settings) -> RunConfig:
    """Return the settings of a run with the digests of the tokenizer and the benchmark files that they name.

    Raises PipelineError where one cannot be had: a run must not start without.
    """
    from tasks.decontamination.benchmark_files import digest
    from tasks.tokens.tokenizer import tokenizer_digest

    tokens, template = settings.tokens, Path(settings.tokens.template)
    words = template.read_bytes() if template.is_file() else settings.tokens.template.encode()  # a built-in by its name
    digests = {
        "tokens": f"{tokenizer_digest(tokens.tokenizer)}:{hashlib.sha256(words).hexdigest()}",
        "decontamination": digest(settings.decontamination),
    }
    return RunConfig(settings, digests)
