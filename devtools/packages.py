"""What Python packages cannot bring: Pango for the letters, Chromium and servers for the tests.

With the right to do so (root, or sudo without a password) they are installed by apt-get;
otherwise the exact command is named and nothing starts. Nothing is skipped silently.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from devtools.paths import Trouble, is_root


@dataclass(frozen=True)
class SystemPackage:
    """A Debian package and how to see that what it brings is here already."""

    debian: str
    present: Callable[[], bool]


def library(name: str) -> Callable[[], bool]:
    """Whether the dynamic linker finds `name`."""

    def present() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return present


def program(*names: str) -> Callable[[], bool]:
    """Whether one of `names` is on the path, or among the programs of servers."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    return lambda: any(shutil.which(name, path=path) for name in names)


def any_font() -> bool:
    """Whether there is a font to set a letter in."""
    home = Path(os.path.expanduser("~"))
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts"]
    return any(next(folder.rglob("*.[to]tf"), None) for folder in folders)


PANGO = SystemPackage("libpango-1.0-0", library("libpango-1.0.so.0"))
PANGO_FT2 = SystemPackage("libpangoft2-1.0-0", library("libpangoft2-1.0.so.0"))
SUBSET = SystemPackage("libharfbuzz-subset0", library("libharfbuzz-subset.so.0"))
FONT = SystemPackage("fonts-dejavu-core", any_font)
CHROMIUM = SystemPackage("chromium", program("chromium", "chromium-browser", "google-chrome"))
GETTEXT = SystemPackage("gettext", program("msgfmt"))
SSHD = SystemPackage("openssh-server", program("sshd"))
SSH_KEYGEN = SystemPackage("openssh-client", program("ssh-keygen"))
MARIADB = SystemPackage("mariadb-server-core", program("mariadbd"))  # the programs, no service
MARIADB_CLIENT = SystemPackage("mariadb-client", program("mariadb-dump"))
# PHP's own web server serves the proof; the others are here so that apt brings no running one.
WORDPRESS = SystemPackage("wordpress", Path("/usr/share/wordpress/wp-load.php").exists)
WORDPRESS_THEME = SystemPackage(
    "wordpress-theme-twentytwentythree",
    Path("/usr/share/wordpress/wp-content/themes/twentytwentythree").exists,
)
PHP_CLI = SystemPackage("php-cli", program("php"))
PHP_CGI = SystemPackage("php-cgi", program("php-cgi"))
PHP = SystemPackage("php", Path("/usr/share/doc/php").exists)
MICRO_HTTPD = SystemPackage("micro-httpd", program("micro-httpd", "mini_httpd", "apache2", "nginx"))
ZSTD = SystemPackage("zstd", program("zstd"))
CLAMD = SystemPackage("clamav-daemon", program("clamd"))
TESSERACT = SystemPackage("tesseract-ocr", program("tesseract"))


def ocr_language(name: str) -> SystemPackage:
    """What tesseract needs to read a language, by its three letters."""
    folder = Path("/usr/share/tesseract-ocr")
    return SystemPackage(
        f"tesseract-ocr-{name}", lambda: any(folder.glob(f"*/tessdata/{name}.traineddata"))
    )


OCR = (TESSERACT, ocr_language("fra"), ocr_language("deu"))
# The typeface of passports (public domain), for the identity documents that the tests draw.
OCR_B = SystemPackage("fonts-ocr-b", Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf").exists)

NEEDED_BY_RUN = (PANGO, PANGO_FT2, SUBSET, FONT)
NEEDED_BY_LINT = (GETTEXT,)
HOSTING_SERVER = (SSHD, SSH_KEYGEN, MARIADB, MARIADB_CLIENT)
NEEDED_BY_TEST = (*NEEDED_BY_RUN, CHROMIUM, GETTEXT, CLAMD, *OCR, OCR_B, *HOSTING_SERVER)
NEEDED_BY_PROOF = (WORDPRESS, WORDPRESS_THEME, PHP_CLI, PHP_CGI, PHP, MICRO_HTTPD)
NEEDED_BY_BENCH = (*NEEDED_BY_RUN, ZSTD, *OCR, OCR_B)


def missing(packages: Iterable[SystemPackage]) -> list[str]:
    """The Debian names of what is not here."""
    return [package.debian for package in packages if not package.present()]


def ensure(packages: Iterable[SystemPackage]) -> None:
    """Install what is missing if we may. Raises Trouble with the exact command otherwise."""
    wanted = tuple(packages)
    names = missing(wanted)
    if not names:
        return
    right = right_to_install()
    if right is None:
        raise Trouble(f"missing on this machine: {', '.join(names)}. {advice(names)}")
    print(f"dev: installing {' '.join(names)}", file=sys.stderr, flush=True)
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *names]):
        _apt(right, words, names)
    still = missing(wanted)
    if still:
        raise Trouble(f"installed, but still not found: {', '.join(still)}")


def right_to_install() -> list[str] | None:
    """The words in front of apt-get: none for root, `sudo -n` where it asks nothing."""
    if not shutil.which("apt-get"):
        return None
    if is_root():
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


def advice(names: Iterable[str]) -> str:
    """The command for a person who may install."""
    install = f"sudo apt-get install -y --no-install-recommends {' '.join(names)}"
    command = f"sudo apt-get update && {install}"
    return f"Install them (on Debian or Ubuntu: {command}) and start again."


def _apt(right: list[str], words: list[str], names: list[str]) -> None:
    command = [*right, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"apt-get failed: {done.stderr.strip()[-600:]}\n{advice(names)}")
