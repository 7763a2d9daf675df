"""The contracts of the questions people ask: views over the stages and the ledger, one SQL file each in views/."""

from __future__ import annotations

from schemas.contract import Column, Contract
from schemas.types import COUNT, INDEX, TEXT


class Funnel(Contract):
    """What each stage took in, kept and dropped."""

    view = "funnel"

    stage = Column(TEXT, "The stage's view, in flow order.")
    conversations_in = Column(COUNT, "Rows alive before the stage.")
    conversations_kept = Column(COUNT, "Rows alive after it.")
    conversations_dropped = Column(COUNT, "Rows it dropped.")
    turns_in = Column(COUNT, "Turns alive before the stage.")
    turns_kept = Column(COUNT, "Turns alive after it; merged ones count, their words live on.")
    turns_dropped = Column(COUNT, "Turns it dropped, alone or with their row.")
    tokens = Column(COUNT, "Tokens of the windows; null before there are tokens.")


class Rejections(Contract):
    """How often each reason was given, with an example to trace."""

    view = "rejections"

    stage = Column(TEXT, "The stage that gave the reason.")
    reason = Column(TEXT, "One word of the vocabulary (schemas/reasons.py).")
    conversations = Column(COUNT, "Rows dropped whole for it.")
    turns = Column(COUNT, "Turns dropped for it, alone or with their row.")
    example = Column(TEXT, "The row_id of the first one.")


class Repairs(Contract):
    """Everything that was changed in a turn that lives."""

    view = "repairs"

    row_id = Column(TEXT, "The row.")
    turn = Column(INDEX, "Raw index of the turn.")
    kind = Column(TEXT, "One word of schemas/repairs.py.")
    detail = Column(TEXT, "What was changed, never a raw secret.")


class Lengths(Contract):
    """How long the published samples are."""

    view = "lengths"

    bucket = Column(INDEX, "Lower bound of a bucket of 128 tokens.")
    samples = Column(COUNT, "Samples of that length.")
    tokens = Column(COUNT, "Their tokens together.")
