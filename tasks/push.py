"""Uploads a published version to the Hugging Face hub: shards, card and manifest, after a last scan for secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from schemas.errors import PipelineError
from schemas.settings import PiiKind, Privacy
from schemas.views import Packs
from tasks.privacy.redact import redact
from tasks.store.versions import MANIFEST, Published

SECRETS: tuple[PiiKind, ...] = ("api_key", "private_key", "jwt", "password")
"""The kinds of finds that must not be uploaded, whatever the settings of the run kept."""
CARD = "README.md"
LEDGER = ("fates.parquet", "rows.parquet", "report.html")
"""What goes along with `--ledger` alone: it names every raw row."""
TERMS = (
    "ShareGPT's conversations belong to the people who had them, and the answers are a model's whose terms forbid "
    "training competing models; many published dumps are for non-commercial research only."
)


@dataclass(frozen=True)
class Upload:
    """Files that go to the hub: their places in the repository and their bytes."""

    files: tuple[Path, ...]
    folder: Path

    @property
    def bytes(self) -> int:
        """Return how many bytes are uploaded."""
        return sum(path.stat().st_size for path in self.files)


def check_repo(repo: str) -> None:
    """Raise PipelineError for what cannot be a dataset's name on the hub."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils._validators import validate_repo_id

    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise PipelineError(
            f"{repo!r} cannot be a dataset's name: give owner/name, such as me/conversations."
        ) from error
    if repo.count("/") != 1:
        raise PipelineError(f"{repo!r} names no owner: give owner/name, such as me/{repo}.")


def chosen_files(version: Published, *, ledger: bool) -> Upload:
    """Return the files of a version that are uploaded: shards, packs, card and manifest, and the ledger if wanted."""
    names = [entry.name for entry in version.manifest.files]
    names += [f"{Packs.view}.parquet", CARD, MANIFEST, *(LEDGER if ledger else ())]
    return Upload(tuple(version.path / name for name in names if (version.path / name).is_file()), version.path)


def secrets(version: Published) -> Iterator[tuple[str, str]]:
    """Yield sample id and kind for every secret that a last look at the shards finds; never the secret itself."""
    privacy = Privacy(kinds=SECRETS)
    for entry in version.manifest.files:
        with pq.ParquetFile(version.path / entry.name) as file:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=["sample_id", "messages"])
                lists = table["messages"].combine_chunks()
                offsets = lists.offsets.to_pylist()
                texts = pl.Series("content", lists.values.field("content"), dtype=pl.String)
                found = redact(offsets, list(range(len(texts))), texts, privacy)
                ids = table["sample_id"].to_pylist()
                yield from ((ids[row], str(one["kind"])) for row, finds in enumerate(found.pii) for one in finds)


def push(version: Published, repo: str, *, public: bool, ledger: bool, client: Any = None) -> str:
    """Upload a version as one commit of a dataset repository, which is made where there is none; return its address.

    Args:
        version: what to upload.
        repo: owner/name.
        public: whether a new repository can be seen by everybody.
        ledger: whether fates, rows and the report go along.
        client: huggingface_hub's HfApi, or what stands for it.

    Raises:
        PipelineError: there is no key, the shards hold a secret, the hub refuses, or cannot be reached.
    """
    from huggingface_hub import CommitOperationAdd, HfApi, get_token
    from huggingface_hub.errors import HfHubHTTPError

    check_repo(repo)
    if client is None and get_token() is None:
        raise PipelineError("There is no key for the hub: set HF_TOKEN to one that may write (or run `hf auth login`).")
    found = list(secrets(version))
    if found:
        kinds = ", ".join(sorted({kind for _, kind in found}))
        many = "1 secret" if len(found) == 1 else f"{len(found):,} secrets"
        raise PipelineError(
            f"{many} ({kinds}) left in version {version.version}, first in sample {found[0][0]}: "
            "run again with privacy.policy=redact, or look at the sample with `sharegpt show`; nothing was uploaded."
        )
    upload, hub = chosen_files(version, ledger=ledger), client or HfApi()
    changes = [CommitOperationAdd(path.relative_to(upload.folder).as_posix(), path) for path in upload.files]
    try:
        hub.create_repo(repo, repo_type="dataset", private=not public, exist_ok=True)
        done = hub.create_commit(repo, changes, commit_message=f"Version {version.version}", repo_type="dataset")
    except HfHubHTTPError as error:
        first = str(error).splitlines()[0]
        raise PipelineError(f"The hub refused the upload to {repo} ({first}): check HF_TOKEN and the name.") from error
    except Exception as error:  # of its HTTP library, whichever that is
        why = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no answer'}"
        raise PipelineError(f"The hub cannot be reached ({why}): check the network and run again.") from error
    return str(done.commit_url)
