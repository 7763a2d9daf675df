"""Raw rows that try to run a script in the report, to break its layout, or to show a secret."""

import json
from pathlib import Path

SCRIPTS = (
    "<script>document.title='owned'</script>",
    "</pre></article></details><script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "<svg onload=document.title='owned'><a href=\"javascript:document.title='owned'\">x</a></svg>",
    "{{ page.settings }} {% for x in y %} {{ cycler.__init__.__globals__ }}",
    "<style>body{display:none}</style><base href='https://example.org/'><iframe srcdoc='<script>top.x=1</script>'>",
    "]]><!-- <title> --!> \x00 \x1b[31m \u202e reversed \u2028 <plaintext>",
)
# Made for these tests; no key of anybody.
KEY = "sk-" + "Zq8Vw3Lr5Tn1Xc7Bm9KdPfHjGsYtRe2UaQoN4iWl6EvD0ChM"
MAIL = "ines.brandao.1987@correio-exemplo.pt"
CARD = "4539 5787 6362 1486"


def conversation(number: int, *texts: str, **fields: object) -> dict[str, object]:
    """Return a raw row whose turns alternate."""
    roles = ("human", "gpt")
    turns = [{"from": roles[place % 2], "value": text} for place, text in enumerate(texts)]
    return {"id": f"row-{number}", "conversations": turns, **fields}


def rows() -> list[dict[str, object]]:
    """Return the rows: each script kept, unanswered, foreign, and as an id; secrets plain and behind markup."""
    made: list[dict[str, object]] = []
    for script in SCRIPTS:
        answer = (
            f"<div><p>This is what your text would do in a page: {script} and that is all there is to it.</p></div>"
        )
        made.append(conversation(len(made), f"What does {script} do?", answer, model=script))
        made.append(conversation(len(made), f"What does {script} do?", answer, f"And {script}?"))
        made.append(conversation(len(made), f"Was macht {script} auf der Seite, und warum ist das so?", "ok"))
        made.append(conversation(len(made), f"Quelle est la différence ? {script}", "") | {"id": script})
    mail = MAIL.replace("@", "&#64;")
    split = f"{KEY[:9]}<wbr>{KEY[9:]}"
    for first, second in ((KEY, MAIL), (split, mail), (f"my card {CARD}", f"<b>{MAIL[:4]}</b>{MAIL[4:]}")):
        made.append(conversation(len(made), f"My key is {first}, and I am {second}", f"<p>Hide {first}, {second}.</p>"))
        made.append(conversation(len(made), f"Meine Adresse ist {second}, der Schlüssel {first}", "<p>Danke.</p>"))
        made.append(conversation(len(made), f"unanswered {first} {second}"))
    return made


def write(folder: Path) -> Path:
    """Write the rows as JSONL, a broken one with a secret that its cut runs through among them."""
    lines = [json.dumps(row) for row in rows()]
    lines.append('{"id": "broken", "conversations": [{"from": "human", "value": ' + "7, " * 44 + f'"{KEY}')
    path = folder / "<img src=x onerror=alert(1)>.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
