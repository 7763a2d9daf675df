"""Finds duplicates among all conversations and decides which are kept.

`sign` computes what is needed of each conversation (content hash, hashes of its rounds, MinHash bands, shingles),
`choose_kept` takes them in the order that `preference.py` declares, `write_decisions` writes what was decided. It works
on disk and holds some 50 bytes of a conversation in memory.
"""
