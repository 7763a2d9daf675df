"""Tokenizer, chat template, windows, loss mask, packing."""
