"""Who acted: a user of ours."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A user of ours, by id and by the name that pages show."""

    id: int
    name: str
