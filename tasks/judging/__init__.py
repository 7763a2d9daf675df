"""The judge: asking models, reading scores, and figures that a reader can trust."""
