"""Dates and times as people here write them; French and German are Django's own."""
