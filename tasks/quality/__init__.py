"""Measuring text (signals) and judging it (rules), and its language."""
