"""What people look at: the report and the data card, drawn from rows of plain values."""
