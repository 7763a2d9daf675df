"""Deals the settings that rows name beside their fates into few runs, in which each changes its own rows alone."""

from collections import defaultdict

ALONE = ("quality.min_rounds=2", "language.min_confidence=0.9", "language.unknown=drop", "input.tools=keep_text")
"""Settings that reach rows which name others."""


def deal(lines: list[dict]) -> list[dict[str, dict[str, dict]]]:
    """Return runs; each gives, by setting, what becomes of the rows that name it.

    No two settings of a run set the same field or are named by the same row; languages to keep are dealt to two runs.
    """
    by_setting = defaultdict(dict)
    for line in lines:
        for other in line.get("settings", []):
            by_setting[other["set"]][line["row_id"]] = other
    languages = sorted(one for one in by_setting if one.startswith("language.keep=") and one != "language.keep=all")
    for half in filter(None, (languages[::2], languages[1::2])):
        joined = ",".join(["language.keep=en", *(one.partition("=")[2] for one in half)])
        by_setting[joined] = {row: other for one in half for row, other in by_setting.pop(one).items()}
    runs: list[dict[str, dict[str, dict]]] = [{one: by_setting.pop(one)} for one in ALONE if one in by_setting]
    shared = runs[:0]
    for setting, rows in sorted(by_setting.items()):
        free = (
            run for run in shared if not any(_field(setting) == _field(one) or rows.keys() & run[one] for one in run)
        )
        run = next(free, None)
        if run is None:
            shared.append(run := {})
        run[setting] = rows
    return runs + shared


def named_elsewhere(lines: list[dict], run: dict[str, dict[str, dict]]) -> list[dict]:
    """Return the lines of rows that name settings, none of a field of this run: it must leave them as they were."""
    fields = {_field(one) for one in run}
    others = [line for line in lines if line.get("settings")]
    others = [line for line in others if not fields & {_field(other["set"]) for other in line["settings"]}]
    return [] if run.keys() & set(ALONE) else others


def _field(setting: str) -> str:
    return setting.partition("=")[0]
