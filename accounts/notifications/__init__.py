"""Mails about the people of an account."""
