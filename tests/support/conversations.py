"""Makes small conversations for the tests of this room."""

from tests.support.labelled.conversations import Labelled


def talk(*turns: str, row_id: str = "r") -> Labelled:
    """Return a conversation whose turns are the user's and the assistant's by turns."""
    roles = ("user", "assistant")
    said = [{"role": roles[at % 2], "content": text} for at, text in enumerate(turns)]
    return Labelled(row_id, "", "", None, None, [], [], "", said)
