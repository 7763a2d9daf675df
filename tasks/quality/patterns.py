"""Patterns of what the page puts in an answer's place, of plugin panels, and of questions that one word may answer."""

from __future__ import annotations

ERRORS = (
    r"(?i)^[\s!⚠️*>#\"']*(?:too many requests in \d+ (?:hour|minute)s?\b"
    r"|an error occurred\.? (?:if this issue persists|either the engine)"
    r"|something went wrong\.?(?: (?:if this issue persists|please try|try reloading|reload).*)?\s*$"
    r"|only one message at a time"
    r"|this content may violate our (?:content|usage) polic"
    r"|there was an error generating a response"
    r"|hmm\.* ?something seems to have gone wrong"
    r"|network error\.?\s*$"
    r"|(?:error: )?(?:the )?request timed out\.?\s*$"
    r"|error in (?:body stream|moderation|input stream)"
    r"|conversation not found\.?\s*$"
    r"|(?:error: )?you've reached the current usage cap"
    r"|you've reached our limit of messages"
    r"|chatgpt is at capacity right now"
    r"|(?:our systems are|we're) (?:a bit busy|experiencing exceptionally high demand)"
    r"|the message you submitted was too long"
    r"|the server (?:had an error while processing|is currently overloaded)"
    r"|(?:rate limit (?:reached|exceeded)|ratelimiterror)\b"
    r"|(?:error: )?(?:internal server error|bad gateway|service unavailable|unauthorized)\.?\s*$"
    r"|your session has expired"
    r"|unable to load conversation|failed to get service status"
    r"|oops[!,.]? an error occurred)"
)
"""What the page put in the place of an answer: errors, rate limits, capacity (facts: format, section 2.14)."""

PANEL_MARKS = (
    r"Used |REQUEST TO |Request to |RESPONSE FROM |Response from |Finished browsing|Browsing the web|Searched the web"
    r"|Reading content|Click|Show work"
)
"""Where none of these stands there is no panel: one pass for literals instead of a dear pattern."""

PANELS = (
    r"(?:^|\n)[\s*>#]*(?:Used (?:\*\*)?(?:Browsing|Code Interpreter|Web ?Pilot|Wolfram|Zapier|Expedia|Instacart|KAYAK"
    r"|ScholarAI|Ask ?Your ?PDF|Link ?Reader|[A-Za-z ]{2,24} plugin)(?:\*\*)?[ \t]*(?:\n|$)"
    r"|(?:REQUEST TO|RESPONSE FROM|Request to|Response from) [\w.]{2,30}[ \t]*\n"
    r"|Finished browsing\b|Browsing the web\.\.\.|Searched the web\b|Reading content[ \t]*\n"
    r"|(?:Clicked|Click) on:[ \t]*\n|Show work[ \t]*\nHide work)"
)
"""Panels of plugins, browsing and code interpreter that were captured as if they were the answer's words."""

SENTENCE_OPENERS = (
    "the a an i i'm as to in of and or but for with this that it it's is are was sure here here's there you your my we "
    "if when while because so certainly absolutely unfortunately however first one some based according please"
)
"""Words that open a sentence: alone they are no answer."""

OPEN_QUESTION = (
    r"(?i)\b(?:how|why|explain|describe|write|create|generate|list|give me|tell me about|suggest|summarize|summarise"
    r"|compare|discuss|elaborate|draft|design|implement|build|translate|rewrite|provide|show me)\b"
)
"""A question that one word cannot answer."""

WANTS_LITTLE = (
    r"(?i)\b(?:only|just|one word|single word|one-word|in a word|yes or no|true or false|reply|respond|answer with|say"
    r"|acknowledge|confirm|understand|understood|ready|which|choose|pick|select|classify|label"
    r"|how (?:many|much|old|far|long))\b"
)
"""A question that asks for a word, or holds one that may."""
