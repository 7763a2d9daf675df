"""How a run works: stages over parts, worker processes, the run's context and its log."""
