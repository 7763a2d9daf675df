"""The verbs of the pipeline, one file each, over rooms of pure logic."""
