"""Mails of the interventions: one named function each."""
