"""What data looks like, why it is dropped, what may be tuned: the ground everyone stands on."""
