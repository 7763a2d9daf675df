"""Who resembles whom: canonical text, prefixes, MinHash, clusters."""
