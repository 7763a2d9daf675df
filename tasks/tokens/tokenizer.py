"""Loads the tokenizer that the settings name, or raises one sentence that says why it cannot."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import tokenizers

from schemas.errors import PipelineError
from tasks.tokens.engine import Engine, Reference, choose_engine, plain_text
from tasks.tokens.prefix import Prefix, take_prefix
from tasks.tokens.sp_model import UnsupportedModelError, to_config
from tasks.tokens.token_bytes import TokenBytes, read_token_bytes

PACKAGED = "mistral-v1"
BESIDE = ("tokenizer_config.json", "chat_template.jinja")


class TokenizerError(PipelineError):
    """The configured tokenizer or template cannot be used; the sentence says what to do."""


@dataclass(frozen=True, eq=False)
class Tokenizer:
    """A vocabulary, the engine that encodes with it, and the ids of its special tokens.

    Args:
        name: as configured.
        digest: of the vocabulary's file and the configs beside it.
        engine: encodes plain text, never special tokens.
        engine_note: why this engine.
        plain: `tokenizer.json` of the plain-text tokenizer.
        normalizer: its own, but for the leading space.
        token_bytes: the bytes of every id, which give decoded text and offsets.
        prefix: which texts get a leading space before they are encoded.
        specials: id of each special token's words.
        whitespace_strippers: special tokens that take the white space beside them.
        bos, eos: words of the first and the last token, where there are such.
        adds_bos: whether the tokenizer itself puts BOS first.
        chat_template: Jinja source from the tokenizer's own config.
    """

    name: str
    digest: str
    engine: Engine
    engine_note: str
    plain: str
    normalizer: Any
    token_bytes: TokenBytes
    prefix: Prefix
    specials: dict[str, int]
    whitespace_strippers: tuple[str, ...]
    bos: str | None
    eos: str | None
    adds_bos: bool
    chat_template: str | None

    @cached_property
    def reference(self) -> Reference:
        """`tokenizers` over the plain text, which gives offsets: loaded where the token bytes do not give them."""
        return self.engine if isinstance(self.engine, Reference) else Reference(self.plain)

    def normal(self, text: str) -> bytes:
        """Return the bytes that a text's tokens spell after the tokenizer's own normaliser."""
        return self.token_bytes.normal(self.normalizer.normalize_str(text) if self.normalizer else text)


def load_tokenizer(name: str, *, fast: bool = True) -> Tokenizer:
    """Load a tokenizer once a process.

    Args:
        name: `mistral-v1` (packaged with mistral-common), the path of a `tokenizer.json`, of a SentencePiece
            `.model` or of a folder with one, or a hub id such as `lmsys/vicuna-7b-v1.5`.
        fast: whether a faster engine may be used where it proves equal.

    Raises:
        TokenizerError: it cannot be had or cannot be carried over exactly; there is no fallback.
    """
    return _load(name, fast)


@lru_cache(maxsize=4)
def tokenizer_digest(name: str) -> str:
    """Return the digest of a tokenizer without loading it.

    Raises:
        TokenizerError: its files cannot be had.
    """
    with _explained(name) as path:
        return _digest(path)


def _digest(path: Path) -> str:
    """Return the digest of a vocabulary's file and the configs beside it, unread: to understand them takes 0.2 s."""
    files = [path, *(path.with_name(beside) for beside in BESIDE)]
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "" for file in files]
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


@lru_cache(maxsize=4)
def _load(name: str, fast: bool) -> Tokenizer:
    with _explained(name) as path:
        config, first = _read(path)
        beside = _config_beside(path)
        added = [token for token in config["added_tokens"] if token["special"]]
        specials = {token["content"]: int(token["id"]) for token in added}
        bos = _named(beside, "bos_token", specials, ("<s>", "<|begin_of_text|>", "<bos>"))
        plain_config, prefix = take_prefix(config)
        plain = plain_text(plain_config)
        engine, note = choose_engine(plain) if fast else (Reference(plain), "the reference was asked for")
        return Tokenizer(
            name=name,
            digest=_digest(path),
            engine=engine,
            engine_note=note,
            plain=plain,
            normalizer=_normalizer(plain_config),
            token_bytes=read_token_bytes(config),
            prefix=prefix,
            specials=specials,
            whitespace_strippers=tuple(token["content"] for token in added if token["lstrip"] or token["rstrip"]),
            bos=bos,
            eos=_named(beside, "eos_token", specials, ("</s>", "<|end_of_text|>", "<eos>", "<|endoftext|>")),
            adds_bos=bos is not None and first == [specials[bos]],
            chat_template=beside.get("chat_template"),
        )


@contextmanager
def _explained(name: str) -> Iterator[Path]:
    """Yield the vocabulary file that a name means; what is wrong with it is raised as one sentence."""
    path = find_vocabulary(name)
    try:
        yield path
    except UnsupportedModelError as error:
        raise TokenizerError(f"{name}: {error}; give the tokenizer.json of the same model instead.") from error
    except Exception as error:  # tokenizers raises bare Exception for every malformed file
        raise TokenizerError(f"{name}: {path.name} cannot be used ({error}); give another tokenizer.json.") from error


def _read(path: Path) -> tuple[dict[str, Any], list[int]]:
    """Return a vocabulary as a whole `tokenizer.json`, and the special token that it puts before any text."""
    if path.suffix != ".json":
        config = to_config(path.read_bytes())
        begin = config["post_processor"]
        return config, [
            number for token in begin["special_tokens"].values() for number in token["ids"]
        ] if begin else []
    whole = tokenizers.Tokenizer.from_str(path.read_text("utf-8"))
    whole.no_truncation()
    whole.no_padding()
    return json.loads(whole.to_str()), whole.encode("a").ids[:1]


def _normalizer(config: dict[str, Any]) -> Any:
    """Return a config's normaliser alone: its vocabulary takes long to load."""
    bare: dict[str, Any] = {
        "model": {"type": "BPE", "vocab": {}, "merges": []},
        "added_tokens": [],
        "pre_tokenizer": None,
    }
    return tokenizers.Tokenizer.from_str(plain_text(config | bare | {"decoder": None})).normalizer


def find_vocabulary(name: str) -> Path:
    """Find the vocabulary file that a name means: packaged, local, or on the hub.

    Raises:
        TokenizerError: there is none.
    """
    if name == PACKAGED:
        spec = importlib.util.find_spec("mistral_common")
        places = list(spec.submodule_search_locations or []) if spec else []
        packaged = [path for place in places if (path := Path(place) / "data" / "tokenizer.model.v1").is_file()]
        if not packaged:
            raise TokenizerError(f"{PACKAGED} comes with the package mistral-common: pip install mistral-common.")
        return packaged[0]
    path = Path(name).expanduser()
    if path.is_dir():
        found = [path / file for file in ("tokenizer.json", "tokenizer.model") if (path / file).is_file()]
        if not found:
            raise TokenizerError(f"{name} holds no tokenizer.json and no tokenizer.model: name the file itself.")
        return found[0]
    if path.is_file():
        return path
    if name.count("/") != 1 or path.suffix in (".json", ".model") or name.startswith((".", "~", "/")):
        raise TokenizerError(f"{name} is no file and no hub id: give a path, owner/model, or {PACKAGED}.")
    return _from_hub(name)


def _from_hub(name: str) -> Path:
    """Download tokenizer.json, else tokenizer.model, and the config beside it, through the hub's own cache."""
    import huggingface_hub
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    found = None
    try:
        for file in ("tokenizer.json", "tokenizer.model", *BESIDE):
            try:
                path = Path(huggingface_hub.hf_hub_download(name, file))
            except LocalEntryNotFoundError:
                raise
            except EntryNotFoundError:
                continue
            found = found if found or file in BESIDE else path
    except Exception as error:  # the network's many errors have one mend
        raise TokenizerError(
            f"The tokenizer {name} could not be fetched from the hub ({type(error).__name__}): "
            f"check the name and the network, or give a local tokenizer.json or {PACKAGED}."
        ) from error
    if found is None:
        raise TokenizerError(f"{name} has neither tokenizer.json nor tokenizer.model: give another hub id or a file.")
    return found


def _config_beside(path: Path) -> dict[str, Any]:
    """Read tokenizer_config.json beside a vocabulary; its chat template as one text, also where it has its own file."""
    beside, own = path.with_name("tokenizer_config.json"), path.with_name("chat_template.jinja")
    config: dict[str, Any] = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
    template = own.read_text("utf-8") if own.is_file() else config.get("chat_template")
    if isinstance(template, list):
        template = next((one["template"] for one in template if one["name"] == "default"), None)
    return config | {"chat_template": template}


def _named(beside: dict[str, Any], key: str, specials: dict[str, int], usual: tuple[str, ...]) -> str | None:
    """Return the words of BOS or EOS: as the config names them, else the usual ones the vocabulary has."""
    named = beside.get(key)
    words = named.get("content") if isinstance(named, dict) else named
    if words is None and key not in beside:
        words = next((word for word in usual if word in specials), None)
    return words if words in specials else None
