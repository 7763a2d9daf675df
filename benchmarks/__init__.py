"""Generated input and measurements: nothing here is imported by the pipeline."""
