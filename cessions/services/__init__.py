"""The verbs of the transfer requests."""
