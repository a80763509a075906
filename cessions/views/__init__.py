"""Public pages of the transfer requests."""
