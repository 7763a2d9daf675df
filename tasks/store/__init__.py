"""What lies in a data root: part files, versions, the ledger and the catalogue."""
