"""A moment in which a part that hangs is not asked again: a page that needs it twenty times waits for
it once, and goes on without it as the part's owner says."""

import time


class Silence:
    """Begun by the one who waited in vain; true while it lasts, for this process alone."""

    def __init__(self, seconds: float = 5) -> None:
        self._seconds = seconds
        self._until = 0.0

    def begin(self) -> None:
        self._until = time.monotonic() + self._seconds

    def end(self) -> None:
        self._until = 0.0

    def __bool__(self) -> bool:
        return time.monotonic() < self._until
