"""Reading documents that come from outside: their words and where these stand (D5)."""
