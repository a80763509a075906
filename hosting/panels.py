"""Room on the account's page for what the apps above know: they add panels, nobody imports them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import CustomerAccount


@dataclass(frozen=True)
class Line:
    """One line of a panel; `tone` is "", "good", "warn" or "bad"."""

    text: str
    url: str = ""
    pill: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Panel:
    """A titled list; without lines it says `empty`."""

    title: str | Promise
    lines: tuple[Line, ...]
    empty: str | Promise


PanelOf = Callable[[CustomerAccount], Panel]
ACCOUNT_PANELS: list[PanelOf] = []


def account_panel(make: PanelOf) -> PanelOf:
    """Decorate a function that makes a panel of an account in one query."""
    ACCOUNT_PANELS.append(make)
    return make
