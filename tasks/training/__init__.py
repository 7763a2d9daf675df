"""Training on published shards: torch, transformers and peft are imported here and nowhere else, and only when used."""
