"""Benchmark items in conversations."""
