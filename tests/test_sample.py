"""The shipped sample from raw rows to shards: every row has the fate written beside it."""

import itertools
import json

import duckdb
import pytest

from schemas.reasons import Reason
from tests.support.alternatives import deal, named_elsewhere
from tests.support.pipeline import run
from tests.test_inputs import expected as written

UNREACHABLE = {Reason.NO_LABEL, Reason.MASK_MISMATCH, Reason.NO_SYSTEM_ROLE}
"""Guards against our own faults, and a template without a system turn: no input gives them."""


def expected(sample):
    return [json.loads(line) for line in (sample / "sharegpt.expected.jsonl").read_text("utf-8").splitlines()]


def fates(root):
    with duckdb.connect(str(root / "catalogue.duckdb"), read_only=True) as connection:
        return {
            row: (fate, stage, reason)
            for row, fate, stage, reason in connection.execute(
                "SELECT row_id, fate, stage, reason FROM rows"
            ).fetchall()
        }


def test_every_row_of_the_sample_has_the_fate_beside_it(sample, sample_root):
    """The ledger names each raw row once, with the fate, stage and reason that a reader expects."""
    wanted = {line["row_id"]: (line["fate"], line["stage"], line["reason"]) for line in expected(sample)}
    assert len(wanted) >= 80
    assert fates(sample_root) == wanted


def test_the_shipped_rows_show_every_reason_there_is(sample, sample_root):
    """Each word of the vocabulary is given by a row of the sample or of tests/inputs, or under a setting beside it."""
    with duckdb.connect(str(sample_root / "catalogue.duckdb"), read_only=True) as connection:
        given = {reason for (reason,) in connection.execute("SELECT reason FROM rejections").fetchall()}
    given |= {other["reason"] for line in expected(sample) for other in line.get("settings", [])}
    for line in written():
        for one in (line, *line.get("settings", [])):
            given |= {one["reason"], *one.get("turns", {}).values()}
    assert {reason.value for reason in Reason} - given == {reason.value for reason in UNREACHABLE}


def test_settings_change_the_fates_written_beside_the_rows(sample, tmp_path):
    """Each alternative in the file beside the sample comes true when its setting is given."""
    lines, root = expected(sample), tmp_path / "data"
    # One data root for all: each run remakes only what its settings touch.
    for together in deal(lines):
        run(sample, root, *(setting.replace("data/sample/", f"{sample}/") for setting in together), accept=True)
        found = fates(root)
        wanted = {line["row_id"]: line for line in named_elsewhere(lines, together)}
        wanted |= {row: other for named in together.values() for row, other in named.items()}
        assert {row: found[row] for row in wanted} == {
            row: (other["fate"], other["stage"], other["reason"]) for row, other in wanted.items()
        }, together.keys()


@pytest.mark.parametrize("view", ["rows", "fates"])
def test_the_ledger_has_no_row_without_a_fate(sample_root, view):
    """Every fate is one of the three words, and a dropped one has a reason of its stage."""
    with duckdb.connect(str(sample_root / "catalogue.duckdb"), read_only=True) as connection:
        pairs = connection.execute(f"SELECT DISTINCT fate, stage, reason FROM {view}").fetchall()
    assert {fate for fate, *_ in pairs} <= {"sample", "dropped", "merged"}
    for fate, stage, reason in pairs:
        assert stage == (Reason(reason).stage if fate == "dropped" else "shards")


def test_the_funnel_loses_nothing_between_its_stages(sample_root):
    """What one stage keeps is what the next takes in, in conversations and in turns."""
    with duckdb.connect(str(sample_root / "catalogue.duckdb"), read_only=True) as connection:
        funnel = connection.execute("FROM funnel").fetchall()
    for _, rows_in, rows_kept, rows_dropped, turns_in, turns_kept, turns_dropped, _ in funnel:
        assert rows_in == rows_kept + rows_dropped
        assert turns_in == turns_kept + turns_dropped
    for one, following in itertools.pairwise(funnel):
        assert (one[2], one[5]) == (following[1], following[4])
