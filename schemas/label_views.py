"""The contracts of the views that say what the labels teach, and what was done about answers that break off."""

from __future__ import annotations

import pyarrow as pa

from schemas.columns import ROW_ID
from schemas.contract import Column, Contract
from schemas.types import COUNT, INDEX, SHARE, TEXT


class Continuations(Contract):
    """Answers that a request to go on follows: whether they break off, whether the next one goes on, what was done."""

    view = "continuations"

    row_id = ROW_ID
    turn = Column(INDEX, "Raw index of the answer.", nullable=False)
    request_turn = Column(INDEX, "Raw index of the request to go on.", nullable=False)
    next_turn = Column(INDEX, "Raw index of the answer to the request.", nullable=False)
    request = Column(
        TEXT, "rest (asks for nothing else) | more (or for another) | partly (also for something else).", nullable=False
    )
    ending = Column(
        TEXT,
        "What shows that the answer breaks off: open_fence | code | sentence | marker | heading | announced | row; "
        "null = nothing does.",
    )
    start = Column(
        TEXT,
        "What shows that the next one goes on: overlap | reopened_fence | lower_case | same_script | punctuation | "
        "list; null = nothing does, or it cannot be told how.",
    )
    done = Column(TEXT, "stitched | unlabelled_eos (its end has no label) | kept.", nullable=False)
    sample_ids = Column(pa.list_(TEXT), "The samples that show the answer, in order.", nullable=False)


class LabelAudit(Contract):
    """What the labels teach: labelled tokens by kind of text, language, kind of answer and first sentence."""

    view = "label_audit"

    measure = Column(TEXT, "kind | language | answers | opening (the ten commonest first sentences).", nullable=False)
    value = Column(TEXT, "Which; an answer's tokens count for code, list and prose by its characters.", nullable=False)
    answers = Column(COUNT, "Answers with label that have any of it.", nullable=False)
    label_tokens = Column(COUNT, "Their tokens with loss.", nullable=False)
    share = Column(SHARE, "Of all tokens with loss.", nullable=False)
