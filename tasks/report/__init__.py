"""What people read of a published version: `report.html`, the data card, and the comparison of two versions.

`fetch_examples` reads and redacts the conversations that are shown, `write_pages` writes both pages into the version's
folder, `compare` says how two versions differ. Templates, style and script are files in `templates/`.
"""
