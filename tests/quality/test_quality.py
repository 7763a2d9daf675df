"""Signals, rules and cuts, as sentences about small conversations."""

import re
import time

import pyarrow as pa
import pytest

from schemas.reasons import Reason
from schemas.settings import Decontamination, Input, Policy, Privacy, Quality
from schemas.signals import FOLDS, POSITION, signals_of
from schemas.tables import QualityFiltered
from schemas.types import TURN
from tasks.filter_quality import filter_quality
from tasks.quality.phrases import HINTS, IDENTITIES, REFUSALS
from tasks.quality.rules import rules
from tests.support.conversations import talk
from tests.support.labelled.conversations import table

GOOD = ("How do bees find their way home?", "They remember landmarks and read the light of the sun.")
ERROR = "Too many requests in 1 hour. Try again later."


def filtered(rows: pa.Table, after_drop: str = "drop", **settings) -> dict:
    given = Input(after_drop=after_drop)
    return filter_quality(rows, Quality(**settings), Privacy(policy="off"), Decontamination(), given).to_pylist()[0]


def row(*turns: str, plugins: str | None = None, **settings) -> dict:
    rows = table([talk(*turns)])
    return filtered(rows.set_column(3, "plugins", [[plugins]]), **settings)


def converted(*turns: tuple[str, str, str | None]) -> dict:
    """Filter a conversation of (role, content, reason) as conversion leaves it."""
    columns = [
        {
            "turn": at,
            "role": role,
            "content": content,
            "fate": reason and "dropped",
            "into_turn": None,
            "reason": reason,
        }
        for at, (role, content, reason) in enumerate(turns)
    ]
    nothing = {"unlabelled_eos": pa.nulls(1, pa.list_(pa.int32())), "plugins": pa.nulls(1, pa.string())}
    return filtered(pa.table({"row_id": ["r"], "turns": pa.array([columns], pa.list_(TURN)), **nothing}))


def gone(verdict: dict) -> list[int]:
    return [turn["turn"] for turn in verdict["turns"] or [] if turn["fate"] == "dropped"]


@pytest.mark.parametrize("phrase", [*REFUSALS, *IDENTITIES])
def test_every_phrase_has_its_hint(phrase):
    """The one pass before the search for phrases misses none of them, with whichever apostrophe."""
    assert re.search(HINTS, phrase)
    assert re.search(HINTS, phrase.replace("'", "’"))


def test_good_talk_is_unchanged():
    """A good conversation has no reason, no flags and no turns of its own."""
    verdict = row(*GOOD)
    assert (verdict["reason"], verdict["flags"], verdict["turns"]) == (None, [], None)
    assert (verdict["rounds"], verdict["characters"]) == (1, len(GOOD[0]) + len(GOOD[1]))


def test_contract_holds():
    """What the stage returns is what the contract says."""
    rows = table([talk(*GOOD), talk("x", ERROR, row_id="s")])
    out = filter_quality(rows, Quality(), Privacy(), Decontamination(), Input())
    assert QualityFiltered.check(out.append_column("row_id", rows["row_id"])).num_rows == 2


def test_pair_goes_and_the_rest_stays():
    """An error in the middle takes its question with it; where the user asks again, what follows stays."""
    verdict = row(*GOOD, "And wasps?", ERROR, "And wasps, please?", GOOD[1])
    assert (verdict["reason"], gone(verdict)) == (None, [2, 3])
    assert {turn["reason"] for turn in verdict["turns"] if turn["fate"]} == {"error_reply"}


def test_what_leans_on_a_dropped_round_goes_with_it():
    """The rounds behind a dropped one go for a reason of their own, are flagged, or stay, as the setting says."""
    turns = (
        *GOOD,
        "Sum up this text: bees dance.",
        ERROR,
        "Now translate your summary.",
        "Bienen tanzen, kurz gesagt.",
    )
    verdict = row(*turns)
    assert [turn["reason"] for turn in verdict["turns"]][2:] == ["error_reply"] * 2 + ["leans_on_dropped"] * 2
    assert row(*turns, after_drop="tag")["flags"] == ["leans_on_dropped"]
    assert gone(row(*turns, after_drop="keep")) == [2, 3]


def test_what_conversion_dropped_counts_too():
    """A round that was dropped as a tool's takes the rest with it; a greeting before the first question does not."""
    tool = [("user", "Weather?", "tool_round"), ("assistant", "It is 4 degrees.", "tool_round")]
    rest = [("user", "Should I take a coat?", None), ("assistant", "Yes, take a warm coat with you today.", None)]
    assert converted(*tool, *rest)["reason"] == "leans_on_dropped"
    assert converted(("assistant", "Hi there!", "leading_assistant"), *rest)["reason"] is None
    asked = [("user", "Please continue.", None), *rest[1:]]
    assert converted(("assistant", "First, take", "leading_assistant"), *asked)["reason"] == "leans_on_dropped"
    assert converted(*asked)["reason"] is None
    assert converted(("user", "Should I take a warm coat?", "unanswered"), *rest)["reason"] is None
    assert converted(("user", "", "empty_question"), ("assistant", "Hi!", "empty_question"), *rest)["reason"] is None


def test_nothing_left_names_the_cut():
    """Where no round is left, the conversation's reason is that of the cut."""
    assert row("And wasps?", ERROR)["reason"] == "error_reply"


def test_every_rule_can_be_switched_off():
    """With all policies at keep nothing is dropped or flagged, and the signals are measured all the same."""
    off = {name: "keep" for name, field in Quality.model_fields.items() if field.annotation == Policy}
    verdict = row("And wasps?", ERROR, **off)
    assert (verdict["reason"], verdict["flags"], verdict["error_replies"]) == (None, [], 1)


@pytest.mark.parametrize("rule", rules(Quality()), ids=lambda rule: rule.reason.value)
def test_rules_belong_to_this_stage(rule):
    """Every rule's Reason is one of this stage's, and it reads the signals declared for that reason alone."""
    assert rule.reason.stage == QualityFiltered.view
    assert set(rule.bad.meta.root_names()) - set(POSITION) <= {FOLDS[one].turn for one in signals_of(rule.reason)}


def test_every_column_that_a_rule_reads_is_stored():
    """What the rules judge is in `turn_signals`, so that SQL can judge it again."""
    read = {
        name for rule in rules(Quality()) for name in (*rule.bad.meta.root_names(), *rule.tag_only.meta.root_names())
    }
    stored = {field.name for field in QualityFiltered.turn_signals.type.value_type}
    assert read - set(POSITION) <= stored
    assert {fold.turn for fold in FOLDS.values()} - set(POSITION) == stored - {"turn"}


@pytest.mark.parametrize(
    ("answer", "field", "reason"),
    [
        ("As an AI language model, I cannot know that.", "refusals", Reason.REFUSAL),
        ("I am ChatGPT, nice to meet you.", "identity_claims", Reason.IDENTITY_CLAIM),
    ],
)
def test_phrases_tag_or_drop(answer: str, field: str, reason: Reason):
    """A phrase is counted and flagged by default, and drops its round when the setting says so."""
    tagged = row("Who are you?", answer)
    assert (tagged["reason"], tagged["flags"]) == (None, [reason.value])
    assert [phrase["count"] for phrase in tagged["phrases"] if phrase["kind"] == reason.value] == [1]
    assert row("Who are you?", answer, **{field: "drop"})["reason"] == reason.value


def test_user_may_say_what_an_answer_may_not():
    """Phrases are looked for in answers alone."""
    assert row("Why do you say: as an AI language model, I am ChatGPT?", GOOD[1])["flags"] == []


def test_plugins_of_the_row():
    """A row that names plugins goes by default, is flagged with tag, and an empty list is none."""
    assert row(*GOOD, plugins='["browser"]')["reason"] == "plugin_panel"
    assert row(*GOOD, plugins='["browser"]', plugin_panels="tag")["flags"] == ["plugin_panel"]
    assert row(*GOOD, plugins="[]")["reason"] is None


def test_blocked_words():
    """A blocked word counts on word boundaries, without case, in the roles that the settings name."""
    assert row(*GOOD, blocked_words=("SUN",))["reason"] == "blocked_word"
    assert row(*GOOD, blocked_words=("su",))["reason"] is None
    assert row(*GOOD, blocked_words=("bees",))["reason"] is None
    assert row(*GOOD, blocked_words=("bees",), blocked_roles=("user",))["reason"] == "blocked_word"


def test_too_few_and_too_short():
    """Rounds and characters are counted after the cuts."""
    assert row(*GOOD, min_rounds=2)["reason"] == "too_few_rounds"
    assert row(*GOOD, "And wasps?", ERROR, min_rounds=2)["reason"] == "too_few_rounds"
    assert row("hi", "hello")["reason"] == "too_short"


def test_broken_answer_with_its_rest_is_whole():
    """An answer that breaks off is flagged, its end is no label, but where the rest is asked for; dropped if wanted."""
    broken = "Bees remember landmarks. They also read the light of the sun, and when it is hidden, they can use the"
    assert row("How?", broken, "continue", "pattern of the sky.")["flags"] == []
    for found in (row("How?", broken, *GOOD), row(*GOOD, "More?", broken)):
        assert found["flags"] == ["truncated_answer"]
        assert gone(found) == []
    assert found["unlabelled_eos"] == [3]
    assert gone(row(*GOOD, "More?", broken, truncated_answers="drop")) == [2, 3]
    assert row("How?", broken, *GOOD, truncated_answers="drop")["flags"] == ["truncated_answer"]


def test_an_answer_may_end_with_a_web_address():
    """A link at the end of an answer needs no full stop behind it."""
    link = "https://example.org/search?q=how+do+bees+find+home"
    assert row(GOOD[0], f"They remember landmarks and read the light of the sun. More of it: {link}")["reason"] is None


def test_code_and_tables_may_repeat():
    """Repetition inside code blocks and tables is no repetition."""
    line = "| the same cell in every row of this table | and another one beside it |\n"
    code = "print('the same line of code again and again in the same block')\n"
    assert row("Show me", f"Here it is:\n\n{line * 40}")["reason"] is None
    assert row("Show me", f"Here it is:\n\n```\n{code * 40}```")["reason"] is None
    assert row("Show me", code * 40)["reason"] == "repetition"


def test_no_rows():
    """A batch without rows gives a table without rows."""
    assert filter_quality(table([]), Quality(), Privacy(), Decontamination(), Input()).num_rows == 0


@pytest.mark.parametrize(
    "unit",
    [" ", "\n", "`", "```\n", "~~~\n", "|", "a", "a ", "(", "[", "**", "- \n", "1. x\n", "\\(", "$", "<a", "¿", "."],
)
def test_hostile_text_takes_linear_time(unit: str):
    """Forty times the text takes no more than some hundred times as long."""

    def seconds(characters: int) -> float:
        text = (unit * (characters // len(unit)))[:characters] + "x"
        started = time.process_time()
        row("Say it?", text)
        return time.process_time() - started

    seconds(1_000)
    assert seconds(400_000) < 150 * max(seconds(10_000), 0.005)
