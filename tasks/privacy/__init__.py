"""Finding personal data, secrets and benchmark items in text."""
