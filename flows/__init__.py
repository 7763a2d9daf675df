"""The order of the work: flows, deployments, the command line."""
