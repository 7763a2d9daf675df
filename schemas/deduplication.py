"""The contracts of deduplication's own files: what is known of a conversation, and what was decided on it."""

from __future__ import annotations

import pyarrow as pa

from schemas.columns import REASON, ROW_ID
from schemas.contract import Column, Contract
from schemas.enums import DuplicateKind, Split, listed
from schemas.types import COUNT, INDEX, SHARE, TEXT


class Signatures(Contract):
    """What deduplication compares conversations by; internal, one file per part."""

    view = "signatures"
    folder = "05_deduplicated/signatures"
    hashes = ("prefix_hashes", "bands", "shingles")

    row_id = ROW_ID
    conversation_id = Column(TEXT, "The row's own id as published, or a hash of its content.", nullable=False)
    content_hash = Column(TEXT, "xxh3-128 in hex over roles and canonical texts.", nullable=False)
    rounds = Column(INDEX, "Question-answer rounds.", nullable=False)
    size = Column(COUNT, "Bytes of canonical text.", nullable=False)
    prefix_hashes = Column(pa.list_(pa.uint64()), "After each round, the hash of all turns so far.", nullable=False)
    prefix_sizes = Column(pa.list_(COUNT), "After each round, the bytes of canonical text so far.", nullable=False)
    bands = Column(pa.list_(pa.uint64()), "One key per LSH band; empty where there are no words.", nullable=False)
    shingles = Column(pa.list_(pa.uint32()), "Hashes of the word shingles, ascending, each once.", nullable=False)


class Decisions(Contract):
    """What the barrier decided on each conversation that was kept so far; internal, one file per part."""

    view = "decisions"
    folder = "05_deduplicated/decisions"

    row_id = ROW_ID
    group_id = Column(TEXT, "The smallest row_id of the deduplication group; alone = its own.", nullable=False)
    split = Column(TEXT, f"{listed(Split)}, whole groups in order of their salted hashes.", nullable=False)
    sample_prefix = Column(TEXT, "conversation_id, made unique where two kept rows share it; null for a copy.")
    kept_row_id = Column(TEXT, "For a dropped copy: the kept conversation.")
    kind = Column(TEXT, f"For a dropped copy: {listed(DuplicateKind)}.")
    jaccard = Column(SHARE, "For a dropped copy: verified Jaccard of its shingles and the kept conversation's.")
    reason = REASON


class SimilarPairs(Contract):
    """Every pair that was verified, down to the floor: re-thresholding upward is a query on it."""

    view = "similar_pairs"
    folder = "05_deduplicated"

    row_id = ROW_ID
    other_row_id = Column(TEXT, "The kept conversation it was compared with.", nullable=False)
    jaccard = Column(SHARE, "Jaccard of the two shingle sets.", nullable=False)
