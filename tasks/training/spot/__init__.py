"""Training on machines that vanish: the task for SkyPilot, its cost, and a simulator of preemptions."""
