"""Requests to go on: a user who asks for nothing but the rest of the answer before."""

from __future__ import annotations

import re

POLITE = (
    r"(?:ok(?:ay)?|yes|great|good|nice|perfect|thanks?(?: you)?|please|pls|plz|now|and|just"
    r"|can you|could you|would you|you can"
    r"|bitte|por favor|s'il (?:te|vous) pla[iî]t|请|請|alsjeblieft|пожалуйста)"
)
VERB = (
    r"(?:continue|go on|go ahead|keep going|keep writing|carry on|proceed|resume|next|more|the rest|rest of it"
    r"|finish(?: it)?|complete it|cont|weiter|mach weiter|fahre? fort|contin[uú]a|contin[uú]e|sigue|siga"
    r"|continuez|poursuis|poursuivez"
    r"|prossiga|continuar|vai avanti|prosegui|ga (?:verder|door|maar door)|verder|vervolg|продолж\w*|дальше|далее"
    r"|kontynuuj|dalej|devam(?: et)?|أكمل|اكمل|تابع|استمر|tiếp tục|tiếp|lanjut(?:kan)?|继续\w{0,4}|繼續\w{0,4}"
    r"|接着\w{0,4}|往下\w{0,3}|続けて\w{0,6}|続き\w{0,6}|つづけて|계속\w{0,6})"
)
TAIL = (
    r"(?:with|from|where|writing|the|your|my|this|that|it|answer|response|list|code|story|you|left|off|stopped|were|last"
    r"|please|pls|there|here|previous|message|sentence|from\W+(?:\w+\W+)?\d+|bitte|por|favor|吧|下去)"
)
REQUEST = re.compile(rf"\W*(?:{POLITE}\W*)*{VERB}(?:\W+{TAIL}){{0,8}}\W*\Z", re.IGNORECASE)
LONGEST = 80
"""Characters of a request to go on; what is longer asks for something."""


def asks_to_go_on(question: str) -> bool:
    """Whether a question asks for the rest of the answer before, and for nothing else.

    >>> asks_to_go_on("Please continue."), asks_to_go_on("继续"), asks_to_go_on("continue to step 2 of the plan")
    (True, True, False)
    """
    return len(question) <= LONGEST and REQUEST.match(question) is not None
