"""Where things live on this machine, and the errors a person can act on."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

import environ

from devtools.identity import server_account

ROOT = Path(__file__).resolve().parent.parent
AN_HOUR = 3600  # seconds
SOCKET_PATH_LIMIT = 107  # bytes of sun_path on Linux, without the closing zero


class Trouble(Exception):
    """Something a person has to mend; its text is the one line that says how."""


def read_dotenv() -> None:
    """Let `.env` speak for the launcher too; what the environment says wins."""
    environ.Env.read_env(ROOT / ".env")


def is_root() -> bool:
    return os.geteuid() == 0


def state_folder(root: Path = ROOT) -> Path:
    """Where `./dev run` of this checkout keeps its database, broker, files and mails.

    As root it is under /var/lib, because PostgreSQL refuses root and runs as `nobody`, who may
    not be able to reach the checkout.
    """
    if not is_root():
        return root / "var"
    key = hashlib.sha256(os.fsencode(root)).hexdigest()[:8]
    return Path("/var/lib/easyhoster-dev") / key


def socket_folder(state: Path, longest_name: str = ".s.PGSQL.5432.lock") -> Path:
    """A folder for unix sockets: inside `state`, or a short one when that path is too long."""
    folder = state / "run"
    if len(os.fsencode(folder / longest_name)) <= SOCKET_PATH_LIMIT:
        return folder
    key = hashlib.sha256(os.fsencode(state)).hexdigest()[:8]
    return Path("/tmp") / f"easyhoster-{os.geteuid()}-{key}"


def private_folder(folder: Path) -> Path:
    """Make `folder` ours and 0700; a stranger's folder of that name is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), _server_uid()}:
        raise Trouble(f"{folder} belongs to somebody else; remove it")
    folder.chmod(0o700)
    return folder


def throwaway_folder(place: Path = Path("/tmp")) -> Path:
    """A new folder with a short path that `nobody` may pass through, ours while this process lives.

    What killed processes left behind in `place` is removed on the way.
    """
    for old in place.glob("eh-*"):
        with contextlib.suppress(FileNotFoundError):  # another start was faster
            if time.time() - old.stat().st_mtime > AN_HOUR and _take(old) is not None:
                shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="eh-", dir=place))
    folder.chmod(0o711)
    _take(folder)
    return folder


def _take(folder: Path) -> int | None:
    """Lock `folder` until this process ends; None when it is somebody's."""
    try:
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _server_uid() -> int:
    account = server_account()
    return account.uid if account else os.geteuid()
