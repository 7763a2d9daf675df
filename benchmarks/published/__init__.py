"""What is taken back of what was done to the dumps that people have: `python -m benchmarks.published CORPUS`.

The folder holds `sharegpt_cleaned_by_fastchat.json` with its truth, `sharegpt_html.truth.jsonl`,
`sharegpt_v3_cleaned.json`, and `sharegpt_pieces.json` with its truth beside it.
"""
