"""Turns conversations into windows of token ids with loss masks.

`load_chat_encoder` binds a tokenizer to a chat template, `encode_rounds` encodes a batch, `plan_windows` says which
rounds each window shows, `windows_table` writes them as columns, each mask checked. `publishable` and `pack` make
shards and packs of them.
"""
