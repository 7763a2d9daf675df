"""Conversations and rows labelled by reading: what the filters are measured by."""
