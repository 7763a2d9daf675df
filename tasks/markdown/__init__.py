"""Answer HTML to Markdown: page furniture, code, tables, lists, maths."""
