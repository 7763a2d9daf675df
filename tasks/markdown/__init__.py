"""The page's HTML to Markdown: a walk over the tree, with the fewest backslashes that the reference parser asks for.

`to_markdown` converts an answer and says what it changed; `opening_of` says whether a value begins as a page's does.
"""
