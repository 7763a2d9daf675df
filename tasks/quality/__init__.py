"""Measures the quality of answers and judges it.

`measure` takes the signals of every kept turn, `judge` applies the rules of the settings to them, and `cut` says which
turns are dropped. Nothing here reads files.
"""

from tasks.quality.cuts import Cut, cut
from tasks.quality.leaning import with_leaning_rounds
from tasks.quality.measure import fold, measure, turn_signals
from tasks.quality.phrases import phrases_by_conversation
from tasks.quality.rules import judge

__all__ = ["Cut", "cut", "fold", "judge", "measure", "phrases_by_conversation", "turn_signals", "with_leaning_rounds"]
