"""The phrases that tell refusals, recited limits, claimed input_digests, page errors and plugin panels."""

from __future__ import annotations

REFUSALS: tuple[str, ...] = (
    "as an ai language model",
    "as an ai model",
    "as an ai assistant",
    "as an artificial intelligence",
    "as a large language model",
    "as a language model",
    "as an ai, i",
    "as an ai i ",
    "i am an ai language model",
    "i'm an ai language model",
    "i am just an ai",
    "i'm just an ai",
    "i'm sorry, but i cannot",
    "i'm sorry, but i can't",
    "i'm sorry, but i am not able to",
    "i'm sorry, but i'm not able to",
    "i am sorry, but i cannot",
    "i'm sorry, i cannot",
    "i'm sorry, i can't",
    "i apologize, but i cannot",
    "i apologize, but i can't",
    "i apologize, but i am not able to",
    "i apologize, but i'm not able to",
    "i cannot fulfill your request",
    "i cannot fulfill this request",
    "i can't fulfill your request",
    "i cannot comply with",
    "i can't comply with",
    "i cannot assist with",
    "i can't assist with",
    "i can't help with that",
    "i cannot help with that",
    "i cannot provide assistance",
    "i am programmed to",
    "my programming does not",
    "my training data only goes",
    "my knowledge cutoff",
    "knowledge cutoff date",
    "goes against my programming",
    "against openai's use case policy",
    "violates openai's",
    "i do not have personal opinions",
    "i don't have personal opinions",
    "i do not have feelings",
    "i don't have feelings",
    "i do not have access to real-time",
    "i don't have access to real-time",
)
"""Refusals and recited limits (open-instruct, ShareGPT_Vicuna_unfiltered's list of some 70, read and cut down to
those that are no everyday sentence of a helpful answer). Matched without case, curly apostrophes as straight ones."""

IDENTITIES: tuple[str, ...] = (
    "i am chatgpt",
    "i'm chatgpt",
    "my name is chatgpt",
    "i am gpt-3",
    "i am gpt-4",
    "i'm gpt-4",
    "as chatgpt, i",
    "i am claude",
    "i'm claude",
    "my name is claude",
    "i am bard",
    "i'm bard",
    "i am llama",
    "i am vicuna",
    "i am deepseek",
    "i'm deepseek",
    "i am qwen",
    "i am gemini",
    "i'm gemini",
    "i am bing",
    "this is bing",
    "i was created by openai",
    "i was developed by openai",
    "i was trained by openai",
    "language model created by openai",
    "language model developed by openai",
    "language model trained by openai",
    "language model made by openai",
    "language model from openai",
    "ai model developed by openai",
    "ai assistant created by anthropic",
    "ai assistant made by anthropic",
    "i was created by anthropic",
    "i was trained by google",
    "language model trained by google",
    "large language model, trained by google",
    "developed by meta ai",
)
"""Claims to be a named model or a maker's work (open-instruct's word-bounded list, as whole claims)."""

HINTS = (
    r"an ai\b|language model|artificial intelligence|i['’]m sorry|i am sorry|i apologize|i cannot|i can['’]t|programm"
    r"|training data|cutoff|openai|i do not have|i don['’]t have|chatgpt|gpt-[34]|claude|i am bard|i['’]m bard"
    r"|am llama|am vicuna|deepseek|am qwen|gemini|is bing|am bing|by anthropic|by google|by meta"
)
"""One of these stands in every phrase above, in small letters: few texts hold any."""

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
    r"|Reading content|Click|Show work|【|\x{E200}|citeturn"
)
"""Where none of these stands there is no panel: one pass for literals instead of a dear pattern."""

PANELS = (
    r"(?:^|\n)[\s*>#]*(?:Used (?:\*\*)?(?:Browsing|Code Interpreter|Web ?Pilot|Wolfram|Zapier|Expedia|Instacart|KAYAK"
    r"|ScholarAI|Ask ?Your ?PDF|Link ?Reader|[A-Za-z ]{2,24} plugin)(?:\*\*)?[ \t]*(?:\n|$)"
    r"|(?:REQUEST TO|RESPONSE FROM|Request to|Response from) [\w.]{2,30}[ \t]*\n"
    r"|Finished browsing\b|Browsing the web\.\.\.|Searched the web\b|Reading content[ \t]*\n"
    r"|(?:Clicked|Click) on:[ \t]*\n|Show work[ \t]*\nHide work)"
    r"|【\d+†[^】]{0,80}】|\x{E200}|citeturn\d"
)
"""Panels of plugins, browsing and code interpreter that were captured as if they were the answer's words."""

STUBS = (
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
