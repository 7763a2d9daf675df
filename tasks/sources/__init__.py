"""From what a person names as input to raw rows.

`discover` finds the files, `plan` makes plain local copies where needed and cuts them into byte ranges at row borders,
`rows_of` yields the rows of a range. Read discover, local_copy, formats, plan, ranges, split, rows in this order.
"""
