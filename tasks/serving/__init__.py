"""Serving a trained model: exactly the ids it was trained on, through an engine that runs as a child."""
