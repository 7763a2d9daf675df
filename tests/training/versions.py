"""Publishes small versions over a small vocabulary, by the pipeline itself."""

import json
from pathlib import Path

from tests.support.pipeline import run
from tests.support.window_rows import BYTES

TALKS = [
    ("What is the capital of France?", "The capital of France is Paris, on the river Seine."),
    ("Name three primary colours.", "The three primary colours are red, yellow and blue."),
    ("How many legs does a spider have?", "A spider has eight legs, which is two more than an insect."),
    ("Write a line of Python that prints hello.", 'Here is one:\n\n```python\nprint("hello")\n```'),
    ("What is the boiling point of water?", "Water boils at 100 degrees Celsius at sea level."),
    ("Who wrote the play Hamlet?", "Hamlet was written by William Shakespeare around the year 1600."),
    ("What does a baker make in the morning?", "A baker makes bread, rolls and sometimes cake in the morning."),
    ("Which planet is the largest one?", "Jupiter is the largest planet; it has many dozens of moons."),
    ("How do I boil an egg so that it is soft?", "Put it into boiling water and take it out after five minutes."),
    ("What is the opposite of the word cold?", "The opposite of the word cold is hot, or warm if you are mild."),
    ("Give me a rhyme for the word house.", "A mouse in a house wears a very small blouse."),
    ("What is the sum of two and three?", "The sum of two and three is five."),
]
SETS = ("tokens.template=vicuna_v1.1", "tokens.context=256", "language.keep=all")


def publish(root: Path, talks: list[tuple[str, str]], *sets: str, tokenizer: str = BYTES) -> Path:
    """Publish a version of single-round conversations and return the data root."""
    source = root.parent / f"{root.name}.json"
    rows = [
        {"id": f"t{n:03d}", "conversations": [{"from": "human", "value": ask}, {"from": "gpt", "value": answer}]}
        for n, (ask, answer) in enumerate(talks)
    ]
    source.write_text(json.dumps(rows))
    chosen = {word.partition("=")[0] for word in sets}
    usual = (word for word in (*SETS, f"tokens.tokenizer={tokenizer}") if word.partition("=")[0] not in chosen)
    run(source, root, *usual, *sets)
    return root


def publish_small(root: Path) -> Path:
    """Publish the dozen conversations above; some are validation."""
    return publish(root, TALKS, "deduplication.validation_share=0.2")
