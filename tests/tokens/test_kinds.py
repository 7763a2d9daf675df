"""Every kind of tokenizer gives the ids that it gives itself for the whole rendered conversation."""

import json
import random
from pathlib import Path

import pytest
import tokenizers
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers, processors, trainers

from schemas.errors import PipelineError
from tasks.tokens.chat_encoder import load_chat_encoder
from tests.support.chats import talks, text
from tests.support.window_rows import BYTES, cut

WORDS = ("<s>", "</s>", "<|im_start|>", "<|im_end|>")


def spaced(scheme: str) -> tokenizers.Tokenizer:
    """Train a BPE that writes spaces as U+2581, with byte fallback."""
    made = tokenizers.Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    alphabet = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=900, special_tokens=["<unk>", *alphabet], show_progress=False)
    made.train_from_iterator(corpus(), trainer)
    config = json.loads(made.to_str())
    config["added_tokens"] = [token for token in config["added_tokens"] if token["content"] == "<unk>"]
    return tokenizers.Tokenizer.from_str(json.dumps(config))


def bytes_with(*, prefix: bool = False, normalizer: object = None) -> tokenizers.Tokenizer:
    """Train a byte-level BPE, with a prefix space or a normaliser."""
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    made.decoder = decoders.ByteLevel()
    if normalizer is not None:
        made.normalizer = normalizer
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator(corpus(), trainer)
    return made


def unigram() -> tokenizers.Tokenizer:
    """Train a unigram model over the fragments' characters."""
    made = tokenizers.Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    made.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.UnigramTrainer(vocab_size=600, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False)
    made.train_from_iterator(corpus(), trainer)
    return made


def corpus() -> list[str]:
    rng = random.Random(5)
    return [text(rng, 30) for _ in range(200)]


KINDS = {
    "metaspace-first": lambda: spaced("first"),
    "metaspace-always": lambda: spaced("always"),
    "metaspace-never": lambda: spaced("never"),
    "byte-level": bytes_with,
    "byte-level-prefix": lambda: bytes_with(prefix=True),
    "byte-level-nfc": lambda: bytes_with(normalizer=normalizers.NFC()),
    "unigram": unigram,
}


@pytest.fixture(scope="module", params=KINDS)
def path(request, tmp_path_factory) -> str:
    """A tokenizer of one kind with the special tokens of the built-in templates, BOS first."""
    made = KINDS[request.param]()
    made.add_special_tokens([AddedToken(word, normalized=False, special=True) for word in WORDS])
    bos = ("<s>", made.token_to_id("<s>"))
    made.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[bos])
    path = tmp_path_factory.mktemp(request.param) / "tokenizer.json"
    made.save(str(path))
    return str(path)


@pytest.mark.parametrize("name", ["vicuna_v1.1", "chatml"])
def test_ids_are_the_tokenizers_own(path, name):
    """Cut into one window, a conversation has the ids of its whole text; the mask holds, or says why not."""
    whole = tokenizers.Tokenizer.from_file(path)
    template = load_chat_encoder(path, name).template
    known = [talk if i % 3 else [("system", "Be brief. "), *talk] for i, talk in enumerate(talks(24))]
    made = cut(known, tokenizer=path, template=name, context=16_384)
    assert len(made) == len(known)
    for talk, row in zip(known, made, strict=True):
        messages = [{"role": role, "content": content} for role, content in talk]
        if row["reason"] is None:
            assert row["input_ids"] == whole.encode(template.render(messages)).ids
            assert row["mask_ok"]
        else:
            assert "unigram" in path  # no byte fallback: what it cannot spell is dropped, with a reason
            assert row["reason"] == "mask_mismatch"
    assert sum(row["reason"] is None for row in made) > len(known) // 3 or "unigram" in path


def test_every_label_token_is_counted_at_any_context(path):
    """Small windows by any kind of tokenizer have the labels of the large one."""
    small = cut(talks(24), tokenizer=path, context=200)
    large = cut(talks(24), tokenizer=path, context=16_384)
    assert all(len(row["input_ids"] or []) <= 200 for row in small)
    assert sum(row["n_label_tokens"] for row in small) == sum(row["n_label_tokens"] for row in large)


def test_special_tokens_that_eat_white_space_are_refused(tmp_path):
    """A template's special token that swallows the white space after it cannot be put in by id: one sentence."""
    config = json.loads(Path(BYTES).read_text())
    for token in config["added_tokens"]:
        token["rstrip"] = token["content"] == "<|im_start|>"
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(config))
    with pytest.raises(PipelineError, match=r"<\|im_start\|> .* set its rstrip to false"):
        load_chat_encoder(str(path), "chatml")
