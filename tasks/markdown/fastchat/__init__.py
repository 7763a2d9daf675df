"""Takes back what FastChat's `html_to_markdown` (markdownify 0.11) did to answers, where the text shows what it was.

`taken_back` returns the answer with the repairs made; which conversations went through it, `conversations` decides.
"""
