"""The language of a conversation."""
