"""What the verbs raise when they cannot do what a person asks."""


class Refused(Exception):
    """Nothing was done; the message says why, in the reader's language."""
