"""What staff type: accounts, services, plans and notices."""
