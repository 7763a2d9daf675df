"""What a run is made from: a version, its tokenizer, a base and settings that fit together; and the run's id."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schemas.manifest import Manifest
from schemas.settings.train import ELSEWHERE, Train
from tasks.store.digest import combine
from tasks.store.versions import CURRENT, find_version
from tasks.training.base import Base, check_base, find_base
from tasks.training.files import TrainingError
from tasks.training.tokenizer_files import TokenizerFiles, read_tokenizer


@dataclass(frozen=True)
class Source:
    """Everything a run's id depends on.

    Args:
        version: folder of the published version.
        manifest: of the version.
        tokenizer: of its shards.
        base: what is trained.
        settings: how.
        run: the id: 12 hex.
    """

    version: Path
    manifest: Manifest
    tokenizer: TokenizerFiles
    base: Base
    settings: Train
    run: str


def find_source(root: Path, version: str | None, settings: Train) -> Source:
    """Return what a run is made from, checked to fit together. Raise PipelineError where it does not."""
    found = find_version(root, version or CURRENT)
    folder, manifest = found.path, found.manifest
    tokens = manifest.settings["tokens"]
    context = int(tokens["context"])
    if settings.context is not None and context > settings.context:
        raise TrainingError(
            f"Version {manifest.version} was cut for {context:,} tokens, the preset trains with {settings.context:,}: "
            f"run `sharegpt run --context {settings.context}` first, or --set train.context={context}."
        )
    tokenizer = read_tokenizer(tokens["tokenizer"], tokens["template"], context)
    if tokenizer.digest != manifest.digests.tokenizer:
        raise TrainingError(
            f"The tokenizer {tokens['tokenizer']} is not the one that version {manifest.version} was made with "
            f"(digest {tokenizer.digest[:12]}, then {manifest.digests.tokenizer[:12]}): bring that one back, or make "
            "the version again."
        )
    base = find_base(settings.base, max(tokenizer.pieces.values()) + 1, context, tokenizer.ids)
    check_base(base, tokenizer.pieces, context)
    return Source(folder, manifest, tokenizer, base, settings, run_id(manifest.version, base, settings))


def run_id(version: str, base: Base, settings: Train) -> str:
    """Return the run's id: 12 hex over data version, base, and the settings that decide weights."""
    decide = {name: value for name, value in settings.model_dump(mode="json").items() if name not in ELSEWHERE}
    if settings.method == "full":
        decide = {name: value for name, value in decide.items() if not name.startswith("lora_")}
    return combine(version, base.identity, decide)[:12]
