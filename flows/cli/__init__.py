"""The command `sharegpt`: one file per command."""
