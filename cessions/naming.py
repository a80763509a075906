"""How services are named to people: each name once, or each service with its kind."""

from collections.abc import Iterable
from typing import Protocol

from django.utils import translation

from hosting.enums import ServiceKind


class Named(Protocol):
    """A service as a request or a snapshot has it."""

    @property
    def kind(self) -> str: ...
    @property
    def display_name(self) -> str: ...


def names(services: Iterable[Named]) -> list[str]:
    """The names as people write them, each once: a domain and its website bear the same (S2)."""
    return list(dict.fromkeys(service.display_name for service in services))


def names_with_kinds(services: Iterable[Named], language: str) -> list[str]:
    """Each service with its kind, in `language`, for letters that must leave no doubt."""
    with translation.override(language):
        return [f"{s.display_name} ({ServiceKind(s.kind).label})" for s in services]
