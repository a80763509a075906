"""Under which account the servers run: PostgreSQL refuses root, so root lends it `nobody`."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def server_account() -> Account | None:
    """`nobody` when we are root, otherwise None: the servers run as we do."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def as_server() -> dict[str, Any]:
    """The words for `subprocess` that start a program under the servers' account."""
    account = server_account()
    if account is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": account.uid, "group": account.gid, "extra_groups": []}


def give_to_server(folder: Path) -> None:
    """Hand a folder to the servers' account."""
    account = server_account()
    if account:
        os.chown(folder, account.uid, account.gid)
