"""From what a person names as input to byte ranges of local files."""
