"""Staff's pages of the transfer requests."""
