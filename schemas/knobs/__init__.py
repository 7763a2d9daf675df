"""The settings classes, one file per group of concerns; `schemas/settings.py` is their index."""
