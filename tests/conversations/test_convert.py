"""The convert stage on small tables."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from schemas.settings import Input, Markdown
from schemas.tables import Converted
from schemas.types import MARK, RAW_TURN
from tasks.conversations.turns import kept_turns, with_whole_answers
from tasks.convert import convert


def rows(*conversations: list[tuple[str, str]]) -> pa.Table:
    """Make a batch of raw conversations."""
    turns = [
        [{"turn": at, "role": role, "content": content} for at, (role, content) in enumerate(conversation)]
        for conversation in conversations
    ]
    ids = [f"s:{at}" for at in range(len(turns))]
    marks = pa.nulls(len(ids), pa.list_(MARK))
    return pa.table({"row_id": ids, "turns": pa.array(turns, pa.list_(RAW_TURN)), "marks": marks})


def run(*conversations: list[tuple[str, str]]) -> pa.Table:
    """Convert, and check against the contract."""
    batch = rows(*conversations)
    return Converted.check(convert(batch, Markdown(), Input()).add_column(0, "row_id", batch["row_id"]))


HEADER = "<div><span>sh</span><button>Copy code</button></div>"
PAGE = (
    '<div class="markdown prose"><p>Hi <strong>you</strong></p>'
    f"<pre><div>{HEADER}<div><code>ls\n</code></div></div></pre></div>"
)


def test_every_raw_turn_stands_at_its_index() -> None:
    """A turn that is dropped or merged stays in its place with its fate, converted like the others."""
    found: Any = run([("gpt", PAGE), ("human", "q"), ("gpt", PAGE), ("gpt", "And more"), ("human", "z")]).to_pylist()[0]
    assert [turn["fate"] for turn in found["turns"]] == ["dropped", None, "dropped", None, "dropped"]
    assert [turn["reason"] for turn in found["turns"]][2:] == ["superseded_answer", None, "trailing_user"]
    assert found["turns"][2]["content"] == "Hi **you**\n\n```sh\nls\n```"
    assert found["encoding"] == "verbatim"
    assert {block["turn"] for block in found["code_blocks"]} == {0, 2}
    assert found["code_blocks"][0] == {"turn": 0, "block": 0, "language": "sh", "code_label": "header"}


def test_a_list_goes_on_behind_a_question_that_is_not_read() -> None:
    """A list whose number was lost goes on behind a request for the rest, and begins anew behind another question."""
    first = "<div><ol><li>Mix it well.</li><li>Bake it.</li><li>Then you let it cool and</li></ol></div>"
    then = "<div><ol><li>Serve it.</li></ol></div>"
    quoting = f'continue from "{"then you let it cool and " * 9}"'
    asks = {"continue": "4.", "go on,\nplease\n": "4.", quoting: "4.", "What about soup?": "1.", "tool": "1."}
    for asked, number in asks.items():
        role = "tool" if asked == "tool" else "human"
        found: Any = run([("human", "How?"), ("gpt", first), (role, asked), ("gpt", then)], [("human", "continue")])
        assert found["turns"][0][3]["content"].as_py() == f"{number} Serve it."


def test_conversation_without_a_round_is_not_alive() -> None:
    """A row whose turns are all dropped has the reason no_exchange; the rows beside it live on."""
    found = run([("human", "q")], [("human", "q"), ("gpt", "a")])
    assert found["reason"].to_pylist() == ["no_exchange", None]


def test_markdown_answers_pass_untouched_and_converting_twice_changes_nothing() -> None:
    """What was converted once is Markdown, and Markdown is left alone."""
    conversation = [("human", "a &lt; b  "), ("gpt", "<div><p>x_y *z* &lt;div&gt;</p><ol><li>a</li></ol></div>")]
    once: Any = run(conversation).to_pylist()[0]
    contents = [turn["content"] for turn in once["turns"]]
    assert contents[0] == "a < b  "
    twice: Any = run([("user", contents[0]), ("assistant", contents[1])]).to_pylist()[0]
    assert [turn["content"] for turn in twice["turns"]] == contents
    assert twice["encoding"] == "markdown"


def test_a_merged_answer_reads_as_one() -> None:
    """Readers of the turns see an answer that goes on in mid-sentence without a gap, code on a line of its own."""
    for first, second, whole in (
        ("The cat sat on the ", "mat.", "The cat sat on the mat."),
        ("The cat (", "a grey one) sat.", "The cat (a grey one) sat."),
        ("It sat", "\n, and it slept.", "It sat, and it slept."),
        ("```py\nx = (", "  1)\n```", "```py\nx = (\n  1)\n```"),
    ):
        found = run([("human", "q"), ("gpt", first), ("gpt", second)])
        turns = found["turns"].combine_chunks()
        assert kept_turns(turns).content.to_pylist() == ["q", whole]
        assert kept_turns(with_whole_answers(turns)).content.to_pylist() == ["q", whole]


def test_batch_without_rows() -> None:
    """No rows in, no rows out."""
    assert run().num_rows == 0
