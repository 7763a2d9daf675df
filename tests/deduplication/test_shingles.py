"""Shingles: what two conversations have in common, beside a plain reading of the same rules."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from schemas.settings import Deduplication
from tasks.conversations.turns import kept_turns
from tasks.deduplication.shingles import shingle_sets
from tasks.deduplication.sign import sign
from tasks.deduplication.text import to_bytes

PROSE = re.compile(r"[a-z0-9\u0080-\u07ff]+|[\u0800-\u200f\u2040-\U0010ffff]")
CODE = re.compile(r"[A-Za-z0-9_\u0080-\u07ff]+|[!-~]|[\u0800-\u200f\u2040-\U0010ffff]")


def sets(rows, chats, words=5):
    table = rows({str(i): texts for i, texts in enumerate(chats)})
    text = to_bytes(kept_turns(table["turns"].combine_chunks()), fold_case=False)
    found = shingle_sets(text, words)
    return [set(found.hashes[a:b].tolist()) for a, b in zip(found.offsets, found.offsets[1:], strict=False)]


def jaccard(one, other):
    return len(one & other) / max(len(one | other), 1)


def plain_shingles(texts, words=5):
    tokens = []
    for text in texts:
        for i, piece in enumerate(unicodedata.normalize("NFC", text).split("```")):
            found = CODE.findall(piece) if i % 2 else PROSE.findall(re.sub("[A-Z]+", lambda m: m[0].lower(), piece))
            tokens += [word.encode()[k : k + 16] for word in found for k in range(0, len(word.encode()), 16)]
    if 0 < len(tokens) < words:
        return {tuple(tokens)}
    return {tuple(tokens[i : i + words]) for i in range(len(tokens) - words + 1)}


ASCII = ["the", "Cat", "sat", "on_a", "x<y", "a>b;", "12", "```", "\n", "(f)", "internationalisation_of_words", "!"]
WIDE = ["größer", "nai\u0308ve—x", "don’t…", "ж", "Привет,мир", "日本語x", "é日é", "🙂é", "=é", "достопримечательность"]
WORDS = st.sampled_from([*ASCII, *WIDE])
TEXTS = st.lists(WORDS, max_size=25).map(" ".join)


@given(st.lists(TEXTS, max_size=4), st.lists(TEXTS, max_size=4))
def test_hashed_shingles_are_the_plain_ones(rows, one, other):
    """Set sizes and Jaccard of hashed shingles equal those of shingles cut from strings by regular expressions."""
    hashed, plain = sets(rows, [one, other]), [plain_shingles(one), plain_shingles(other)]
    assert [len(s) for s in hashed] == [len(s) for s in plain]
    assert jaccard(*hashed) == jaccard(*plain)


@given(st.lists(st.lists(st.text(max_size=40), max_size=4), max_size=6))
def test_neighbours_change_nothing(rows, chats):
    """A conversation's shingles are the same alone and in a batch, for any text at all."""
    assert sets(rows, chats) == [sets(rows, [texts])[0] for texts in chats]


def test_chinese_is_read_by_character(rows):
    """Text without blanks is cut into characters, so that one edit in a long sentence leaves it alike."""
    one = "今天天气很好我们去公园散步然后回家吃晚饭看电视最后睡觉明天早上再去上班工作一整天"
    first, second = sets(rows, [[one], [one.replace("电视", "电影")]])
    assert 0.7 < jaccard(first, second) < 1


def test_typing_makes_no_difference(rows):
    """Curly quotes and long dashes are punctuation like the ASCII ones."""
    assert jaccard(*sets(rows, [["I don’t know — “why” not…"], ['I don\'t know -- "why" not...']])) == 1


def test_operators_tell_code_apart(rows):
    """In code an operator is a word, and case counts; in prose neither is so."""
    code = "```python\nif {}: return total\n```"
    assert jaccard(*sets(rows, [[code.format("a < b")], [code.format("a > b")]])) < 1
    assert jaccard(*sets(rows, [[code.format("Count")], [code.format("count")]])) < 1
    assert jaccard(*sets(rows, [["If a < b, return the Total."], ["if a > b return the total"]])) == 1


IMPORTS = "\n".join(
    f"import {name}\nfrom {name}.core import {name}_api" for name in ("os", "sys", "json", "numpy", "torch")
)
ONE = "def area(r):\n    return 3.14 * r ** 2\nprint(area(2))"
OTHER = "def greet(n):\n    return 'Hello ' + n\nprint(greet('Ada'))"


def test_same_imports_do_not_make_programs_alike(rows):
    """Two programs that share all their imports are compared by what they do."""
    chats = [["Write it.", f"```python\n{IMPORTS}\n\n{body}\n```"] for body in (ONE, OTHER)]
    assert jaccard(*sets(rows, chats)) < 0.2
    assert jaccard(*sets(rows, [["Write it.", f"```python\n{ONE}\n```"], chats[0]])) == 1


def test_a_large_table_is_signed_in_pieces(rows):
    """Signatures do not depend on how a table is cut into batches for the cache."""
    table = rows({str(i): [f"question {i} " * 9_000, f"answer {i}"] for i in range(40)})
    whole = sign(table, Deduplication())
    alone = [sign(table.slice(i, 1), Deduplication()).to_pylist()[0] for i in range(40)]
    assert whole.to_pylist() == alone
