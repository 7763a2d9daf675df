"""What people read of a published version: `report.html`, the data card, and the comparison of two versions.

`prepare_pages` makes what needs no shards (conversations are read and redacted), `write_pages` writes both pages into
the version's folder, `compare` says how two versions differ. Templates, style and script are files in `templates/`.
"""
