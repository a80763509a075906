"""What ends a look: one of the problems that are told in words (D6)."""


class Problem(Exception):
    """The file is not taken; the text is a value of `hosting.records.enums.FileProblem`."""
