"""A finished model on disk, checked to be what its manifest says before anybody is served by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.training import FOLDER, LATEST
from tasks.serving.errors import ServingError
from tasks.serving.prompt import PromptWriter
from tasks.training.card import terms
from tasks.training.files import differs, read_json
from tasks.training.publish import MANIFEST, read_model

HASHED = 64_000_000
"""Files up to so many bytes are hashed at every start, the tokenizer among them; of weights the size is read."""
DIGESTS = ("tokenizer_digest", "template_digest")


@dataclass(frozen=True, eq=False)
class Model:
    """A model that may be served.

    Args:
        run: its id, by which it is asked for.
        folder: with weights and tokenizer: `final`.
        context: most tokens of prompt and answer together.
        stops: ids that end an answer.
        vocabulary: how many ids there are.
        terms: paragraphs on licences.
        proof: messages, and the ids that the model was trained to see for them.
        writer: of prompts.
    """

    run: str
    folder: Path
    context: int
    stops: frozenset[int]
    vocabulary: int
    terms: tuple[str, ...]
    proof: dict[str, Any]
    writer: PromptWriter

    @property
    def root(self) -> Path:
        """Return the data root that it was trained in."""
        return self.folder.parents[2]


def find_run(root: Path, name: str | None) -> Path:
    """Return the folder of a finished run: by its id or how that begins; the newest one where none is named.

    Raises ServingError where there is none, or several begin so.
    """
    models = root.absolute() / FOLDER  # what a child is told must hold wherever it works
    if name is None:
        name = (read_json(models / LATEST) or {}).get("run")
        if name is None:
            raise ServingError(f"No model is trained in {root}: `sharegpt train` makes one, --data names another root.")
    known = sorted(path.parent.name for path in models.glob(f"*/{MANIFEST}"))
    found = [run for run in known if run.startswith(name)]
    if name in known:
        found = [name]
    if len(found) != 1:
        which = "no finished run begins" if not found else f"{len(found)} finished runs begin"
        raise ServingError(
            f"{which[0].upper()}{which[1:]} with {name!r} in {models}: there are {', '.join(known) or 'none'}."
        )
    return models / found[0]


def read(folder: Path) -> Model:
    """Return the model of a finished run, checked.

    Raises:
        ServingError: a file is not what the manifest says, or tokenizer and template do not give the ids it was
            trained on.
    """
    manifest = read_model(folder)
    if manifest is None:
        raise ServingError(f"{folder} is no whole model: the command that trained it finishes it.")
    final = folder / "final"
    serving = read_json(final / "serving.json") or {}
    check_files(folder, manifest)
    for name in DIGESTS:
        theirs, ours = serving.get(name), manifest["data"].get(name)
        if theirs != ours:
            raise ServingError(
                f"{final}/serving.json names the {name.removesuffix('_digest')} {str(theirs)[:12]}, the manifest "
                f"{str(ours)[:12]}: a server would show the model other tokens than it was trained on. Export it again."
            )
    writer = PromptWriter.of(final)
    proof = serving["prompt"]
    if writer.ids(proof["messages"]) != proof["input_ids"]:
        raise ServingError(
            f"{final}: tokenizer and template no longer give the ids in serving.json for its own prompt; the model "
            "would see other tokens than it was trained on. Bring the files of the export back."
        )
    generation = read_json(final / "generation_config.json") or {}
    ends = generation.get("eos_token_id", [])
    stops = {writer.encoder.stop, *(ends if isinstance(ends, list) else [ends])}
    return Model(
        run=manifest["run"],
        folder=final,
        context=int(serving["context"]),
        stops=frozenset(stops),
        vocabulary=int((read_json(final / "config.json") or {})["vocab_size"]),
        terms=tuple(line for line in terms(read_json(folder / "run.json") or manifest) if line),
        proof=proof,
        writer=writer,
    )


def check_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise ServingError for the first small file whose bytes are not those of the manifest."""
    wrong = differs(folder, (entry for entry in manifest["files"] if entry["bytes"] <= HASHED))
    if wrong:
        raise ServingError(
            f"{folder}/{wrong}, unlike what the manifest of run {manifest['run']} says: bring the file of the export "
            "back, or train again; a changed tokenizer or template is another model."
        )
