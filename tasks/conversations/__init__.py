"""The shape of a conversation: raw row shapes, encodings, roles, repairs."""
