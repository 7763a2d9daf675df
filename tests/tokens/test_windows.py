"""Windows: nothing over the context, nothing lost without a reason, every answer token a label exactly once."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import PipelineError
from tasks.tokens.tokenizer import load_tokenizer
from tests.support.chats import FRAGMENTS, MARKS, talks
from tests.support.window_rows import BYTES, cut, template

POLICIES = ("window", "truncate", "drop")
QUESTIONS = ("drop", "trim_middle")

messages = st.lists(st.sampled_from((*FRAGMENTS, *MARKS)), min_size=1, max_size=30).map(
    lambda parts: "".join(parts) if "".join(parts).strip() else "x"
)
long_messages = st.tuples(messages, st.integers(1, 60)).map(lambda pair: pair[0] * pair[1])
rounds = st.tuples(messages | long_messages, messages | long_messages)
conversations = st.tuples(st.none() | messages, st.lists(rounds, min_size=1, max_size=5)).map(
    lambda pair: (
        ([("system", pair[0])] if pair[0] else [])
        + [turn for q, a in pair[1] for turn in (("user", q), ("assistant", a))]
    )
)


def labelled(windows: list[dict]) -> dict[tuple[str, int], bytes]:
    """Spell what is labelled of each answer, over all its windows, stops apart."""
    tokenizer = load_tokenizer("mistral-v1")
    spelled: dict[tuple[str, int], bytes] = defaultdict(bytes)
    for row in windows:
        for span in row["label_spans"] or []:
            ids = row["input_ids"][span["token_start"] : span["token_end"]]
            token_bytes = [tokenizer.token_bytes.table[number].as_py() for number in ids]
            spelled[row["row_id"], span["turn"]] += b"".join(p for p in token_bytes if not p.startswith(b"\xff"))
    return spelled


def covered(row: dict) -> set[int]:
    turns = set(range(row["turn_start"], row["turn_end"]))
    return turns if row["system_turn"] is None else turns | {row["system_turn"]}


@settings(max_examples=40, deadline=None)
@given(
    talk=conversations,
    context=st.sampled_from((64, 96, 200, 512, 2_048)),
    policy=st.sampled_from(POLICIES),
    asked=st.sampled_from(QUESTIONS),
    shares=st.tuples(*[st.sampled_from((0.0, 0.0625, 0.5))] * 2, st.sampled_from((0.0, 0.5, 1.0))),
)
def test_nothing_is_lost_over_the_context_or_labelled_twice(talk, context, policy, asked, shares):
    """Any conversation at any context and policy: windows fit, turns are covered, label tokens add up."""
    overlap, back, question = shares
    windows = cut(
        [talk],
        context=context,
        long_answer=policy,
        long_question=asked,
        overlap_share=overlap,
        cut_share=back,
        question_share=question,
    )
    (whole,) = cut([talk], context=1_048_576)
    samples = [row for row in windows if row["sample_id"]]
    assert all(0 < row["n_tokens"] == len(row["input_ids"]) <= context for row in samples)
    assert all(row["n_label_tokens"] > 0 and row["mask_ok"] for row in samples)
    assert sum(row["n_label_tokens"] for row in windows) == whole["n_label_tokens"]
    assert set().union(*map(covered, windows)) == set(range(len(talk)))
    assert [row["chunk"] for row in samples] == list(range(len(samples)))
    assert {row["chunks"] for row in windows} == {len(samples)}
    expected = labelled([whole])
    for key, spelled in labelled(samples).items():
        assert expected[key].startswith(spelled)
        assert policy == "truncate" or spelled == expected[key]
    if policy == "window" and asked == "drop":
        assert {row["reason"] for row in windows} <= {None, "prompt_exceeds_context", "leans_on_overlong"}


fifty_contexts = st.tuples(conversations, messages, st.sampled_from(("user", "assistant")), st.integers(0, 9))


@settings(max_examples=12, deadline=None)
@given(drawn=fifty_contexts, policy=st.sampled_from((*POLICIES, "raise")), asked=st.sampled_from(QUESTIONS))
def test_one_turn_of_fifty_contexts_loses_nothing_by_any_policy(drawn, policy, asked):
    """A question or an answer of fifty contexts, anywhere among random rounds, is cut, dropped or refused as asked."""
    talk, words, role, place = drawn
    places = [i for i, turn in enumerate(talk) if turn[0] == role]
    repeated = [[("user", "q"), ("assistant", (words + "\n") * copies)] for copies in (8, 16)]
    few, more = (row["n_label_tokens"] for row in cut(repeated, context=1_048_576))
    huge = (words + "\n") * (50 * 64 * 8 // (more - few) + 1)
    at = places[place % len(places)]
    talk = [*talk[:at], (role, huge), *talk[at + 1 :]]
    chosen = {"context": 64, "long_answer": policy, "long_question": asked}
    if policy == "raise":
        with pytest.raises(PipelineError, match="is over the context of 64"):
            cut([talk], **chosen)
        return
    windows = cut([talk], **chosen)
    (whole,) = cut([talk], context=1_048_576)
    assert whole["n_tokens"] > 50 * 64
    assert all(len(row["input_ids"]) <= 64 and row["mask_ok"] for row in windows if row["sample_id"])
    assert sum(row["n_label_tokens"] for row in windows) == whole["n_label_tokens"]
    assert set().union(*map(covered, windows)) == set(range(len(talk)))


@settings(max_examples=20, deadline=None)
@given(talk=conversations, name=st.sampled_from(("llama2", "llama3", "qwen", "zephyr", "mistral", "thinking")))
def test_any_template_keeps_the_same_promises(talk, name):
    """Foreign templates on a byte-level vocabulary: windows fit and label tokens add up too."""
    chosen = {"tokenizer": BYTES, "template": template(name)}
    windows = cut([talk], context=256, **chosen)
    whole = cut([talk], context=1_048_576, **chosen)
    assert all(row["n_tokens"] <= 256 and row["mask_ok"] for row in windows if row["sample_id"])
    assert sum(row["n_label_tokens"] for row in windows) == sum(row["n_label_tokens"] for row in whole)
    assert set().union(*map(covered, windows)) == set(range(len(talk)))


def test_one_turn_of_fifty_contexts_is_cut_into_slices():
    """An answer of fifty contexts becomes windows that carry system sentence, question and overlap."""
    answer = "".join(f"Sentence number {i} ends here. " for i in range(2_100))
    windows = cut([[("user", "Count."), ("assistant", answer)]], context=512)
    (whole,) = cut([[("user", "Count."), ("assistant", answer)]], context=1_048_576)
    assert len(windows) >= 2_100 * 7 // 512
    prompt = whole["input_ids"][: whole["label_spans"][0]["token_start"]]
    for row in windows:
        assert row["input_ids"][: len(prompt)] == prompt
        assert row["messages"][0]["content"] == "Count."
        assert not row["exact_messages"]
    for before, row in pairwise(windows):
        overlap = row["input_ids"][len(prompt) : row["label_spans"][0]["token_start"]]
        assert len(overlap) == 32
        assert before["input_ids"][-32:] == overlap
        assert before["messages"][1]["content"].endswith(".")
    stops = [row["input_ids"][-1] == 2 for row in windows]
    assert stops == [False] * (len(windows) - 1) + [True]


def test_a_round_that_does_not_fit_begins_a_new_window():
    """Windows are greedy over whole rounds, at the exact length with opening and stop."""
    talk = [("user", "q"), ("assistant", "a " * 20)] * 6
    (whole,) = cut([talk], context=2_048)
    per_round = len(cut([talk[:4]])[0]["input_ids"]) - len(cut([talk[:2]])[0]["input_ids"])
    fits = whole["n_tokens"] - 3 * per_round
    exact = cut([talk], context=fits)
    assert [(row["turn_start"], row["turn_end"], row["n_tokens"]) for row in exact] == [(0, 6, fits), (6, 12, fits)]
    assert [row["turn_end"] for row in cut([talk], context=fits - 1)] == [4, 8, 12]
    assert all(row["exact_messages"] for row in exact)


def test_a_dropped_round_ends_the_window():
    """After a round whose question leaves no room, a new chunk begins; the round has its reason."""
    long = "word " * 600
    talk = [("user", "a"), ("assistant", "b"), ("user", long), ("assistant", "c"), ("user", "d"), ("assistant", "e")]
    first, lost, last = cut([talk], context=128, after_drop="keep")
    assert [row["sample_id"] for row in (first, lost, last)] == ["c0#0", None, "c0#1"]
    assert (lost["reason"], lost["turn_start"], lost["turn_end"]) == ("prompt_exceeds_context", 2, 4)
    assert lost["n_label_tokens"] == 2
    assert last["messages"][0]["content"] == "d"


def test_what_would_stand_in_one_window_with_a_dropped_round_leans_on_it():
    """The rounds behind a dropped one go, as many as a context holds; later ones never stand beside it."""
    long = [("user", "word " * 600), ("assistant", "c")]
    near = [("user", "d"), ("assistant", "e " * 20)]
    first, lost, leaning, last = cut([[("user", "a"), ("assistant", "b"), *long, *near * 4]], context=128)
    assert [row["reason"] for row in (first, lost, leaning, last)] == [
        None,
        "prompt_exceeds_context",
        "leans_on_overlong",
        None,
    ]
    assert leaning["turn_start"] == 4
    assert leaning["n_tokens"] <= 128 < leaning["n_tokens"] + last["n_tokens"]
    assert last["turn_start"] == leaning["turn_end"]


def test_an_answer_without_label_is_context():
    """An answer of weight 0 stands in the window, tokens and stop without loss; messages alone cannot say so."""
    talk = [("user", "a"), ("assistant", "wrong"), ("user", "Again."), ("assistant", "right")]
    (plain,), (sample,) = cut([talk]), cut([talk], unlabelled=[[1]])
    assert sample["input_ids"] == plain["input_ids"]
    assert sample["label_spans"] == plain["label_spans"][1:]
    assert sample["n_label_tokens"] == sum(span["token_end"] - span["token_start"] for span in sample["label_spans"])
    assert (sample["exact_messages"], sample["unlabelled_messages"]) == (False, [1])
    assert (plain["exact_messages"], plain["unlabelled_messages"]) == (True, None)
    assert sample["mask_ok"]


@pytest.mark.parametrize("context", [2048, 64])
def test_an_answer_that_breaks_off_is_trained_on_without_its_end(context):
    """The stop behind a stump stands in the window without loss, also where the round is cut; no message says so."""
    talk = [
        ("user", "a"),
        ("assistant", "a long answer about bees and " * 12 + "th"),
        ("user", "b"),
        ("assistant", "c"),
    ]
    plain, sample = cut([talk], context=context), cut([talk], context=context, unlabelled_eos=[[1]])
    assert [row["input_ids"] for row in sample] == [row["input_ids"] for row in plain]
    assert sum(row["n_label_tokens"] for row in sample) == sum(row["n_label_tokens"] for row in plain) - 1
    ends = [
        max(s["token_end"] for row in rows for s in row["label_spans"] if s["turn"] == 1) for rows in (plain, sample)
    ]
    assert ends[0] == ends[1] + 1 or context == 64
    assert all(row["mask_ok"] for row in sample if row["sample_id"])
    assert not sample[0]["exact_messages"]
    assert sample[0]["unlabelled_messages"] is None


def test_a_window_of_answers_without_label_is_no_sample():
    """Where nothing is left to learn from, the window has a reason."""
    talk = [("user", "a"), ("assistant", "b")]
    assert [row["reason"] for row in cut([talk, talk], unlabelled=[[1], None])] == ["no_label", None]


def test_a_trimmed_question_loses_its_middle_and_says_so():
    """trim_middle keeps both ends of a question that leaves no room, and a row with a reason counts what went."""
    question = "first " + "middle " * 600 + "last"
    sample, lost = cut([[("user", question), ("assistant", "yes")]], context=128, long_question="trim_middle")
    shown = sample["messages"][0]["content"]
    assert shown.startswith("first middle")
    assert shown.endswith("middle last")
    assert len(shown) < len(question)
    assert (lost["reason"], lost["n_label_tokens"]) == ("prompt_exceeds_context", 0)
    assert lost["n_tokens"] > 400


def test_raise_names_the_row():
    """long_answer=raise stops with a sentence that names row and mend."""
    with pytest.raises(PipelineError, match=r"r:0: A round of \d+ tokens .* set tokens.long_answer"):
        cut([[("user", "a"), ("assistant", "b " * 900)]], context=128, long_answer="raise")


def test_a_cut_does_not_split_a_character():
    """Slices of emoji that are four byte tokens each are cut between characters."""
    windows = cut([[("user", "?"), ("assistant", "🫠" * 300)]], context=128)
    assert len(windows) > 5
    assert all("\ufffd" not in row["messages"][1]["content"] for row in windows)


def test_merged_and_dropped_turns_keep_their_raw_indices():
    """turn_start and turn_end are raw indices, past turns that earlier stages dropped."""
    import pyarrow as pa

    from schemas.settings import Input, Tokens
    from schemas.types import TURN
    from tasks.cut_windows import cut_windows
    from tests.support.window_rows import rows

    table = rows([[("user", "x"), ("assistant", "x")]])
    fates = [("assistant", "dropped"), ("user", None), ("assistant", None), ("assistant", "merged")]
    turns = [
        {"turn": i, "role": role, "content": f"t{i}", "fate": fate, "into_turn": 2 if fate == "merged" else None}
        for i, (role, fate) in enumerate(fates)
    ]
    column = pa.array([[turn | {"reason": None} for turn in turns]], pa.list_(TURN))
    (row,) = cut_windows(table.set_column(1, "turns", column), Tokens(), Input()).to_pylist()
    assert (row["turn_start"], row["turn_end"]) == (1, 3)
    assert row["messages"][1]["content"] == "t2\n\nt3"
    assert row["label_spans"][0]["turn"] == 2


def test_a_template_without_a_system_role_gives_the_system_turn_a_reason():
    """The system turn is in no window of such a template, and one row says why."""
    lost, sample = cut(
        [[("system", "s"), ("user", "a"), ("assistant", "b")]], tokenizer=BYTES, template=template("mistral")
    )
    assert (lost["reason"], lost["turn_start"], lost["turn_end"]) == ("no_system_role", 0, 1)
    assert (sample["turn_start"], sample["turn_end"], sample["system_turn"]) == (1, 3, None)
    assert not sample["exact_messages"]


def test_no_rows_give_no_windows():
    """A batch without living rows is an empty table of the contract."""
    assert cut([]) == []


def test_windows_do_not_depend_on_the_batch():
    """A conversation gets the same windows alone as among others."""
    known = talks(12)
    together = cut(known, context=128)
    alone = [row | {"row_id": f"r:{i}"} for i, talk in enumerate(known) for row in cut([talk], context=128)]
    for one, other in zip(together, alone, strict=True):
        assert one["input_ids"] == other["input_ids"]
        assert one["label_spans"] == other["label_spans"]
        assert one["messages"] == other["messages"]
