"""Whether the catalogues are complete and compiled: `python -m devtools.catalogues`.

Messages are extracted from a copy of the sources, by Django's own command, and compared with the
committed `.po`; the committed `.mo` must say what the `.po` says, because msgfmt is not everywhere.
"""

import gettext
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from devtools.packages import GETTEXT, ensure
from devtools.paths import ROOT, Trouble

LANGUAGES = ("fr", "de", "en")
SOURCE = "en"  # the language of the msgids: its catalogue may leave a message as it is
EXTRACTED_FROM = ("accounts", "cessions", "hosting", "interventions", "templates")
OPTIONS = ["--no-wrap", "--no-location", "-e", "html,txt,py", "-v", "0"]


def problems(root: Path = ROOT) -> Iterator[str]:
    """One text per catalogue that is missing, incomplete, out of date or not compiled."""
    with tempfile.TemporaryDirectory() as folder:
        template = extract(root, Path(folder))
        if not template.exists():
            return
        for language in LANGUAGES:
            catalogue = root / "locale" / language / "LC_MESSAGES" / "django.po"
            if catalogue.exists():
                yield from _against(template, catalogue, language)
                yield from _compiled(catalogue, Path(folder), root)
            else:
                yield f"{catalogue.relative_to(root)} is missing"


def extract(root: Path, folder: Path) -> Path:
    """The template of all messages in `root`'s sources, made in `folder`."""
    for name in EXTRACTED_FROM:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(root / name, folder / name, ignore=ignored)
    (folder / "locale").mkdir()
    words = ["makemessages", "-l", SOURCE, "--keep-pot", *OPTIONS]
    _ask([sys.executable, "-m", "django", *words], folder)
    return folder / "locale" / "django.pot"


def update(words: list[str]) -> int:
    """`./dev messages`: bring the catalogues in step with the sources, and compile them."""
    ensure([GETTEXT])
    languages = [word for language in LANGUAGES for word in ("-l", language)]
    elsewhere = [word for name in _not_the_product() for word in ("-i", name)]
    django = [sys.executable, "-m", "django"]
    _ask([*django, "makemessages", *languages, "--no-obsolete", *OPTIONS, *elsewhere], ROOT)
    _ask([*django, "compilemessages", "-i", ".venv", "-v", "0"], ROOT)
    print("\n".join(problems()) or "catalogues are complete")
    return 0


def _not_the_product() -> list[str]:
    """The folders of the checkout without words for the screen."""
    kept = {*EXTRACTED_FROM, "locale"}
    return [entry.name for entry in ROOT.iterdir() if entry.is_dir() and entry.name not in kept]


def _against(template: Path, catalogue: Path, language: str) -> Iterator[str]:
    """What msgcmp and msgfmt say: missing, untranslated, fuzzy, unused, broken placeholders."""
    words = ["msgcmp", "--use-untranslated"] if language == SOURCE else ["msgcmp"]
    for command in (
        [*words, str(catalogue), str(template)],
        ["msgfmt", "--check-format", "--check-header", "-o", "/dev/null", str(catalogue)],
    ):
        done = _run(command, template.parent)
        if done.returncode or "not used" in done.stderr:
            yield f"{language}: {done.stderr.strip()}"


def _compiled(catalogue: Path, folder: Path, root: Path) -> Iterator[str]:
    fresh = folder / "fresh.mo"
    _ask(["msgfmt", "-o", str(fresh), str(catalogue)], folder)
    committed = catalogue.with_suffix(".mo")
    if not committed.exists() or messages(committed) != messages(fresh):
        yield f"{committed.relative_to(root)} is not fresh: ./dev messages"


def messages(file: Path) -> dict[object, str]:
    """What a compiled catalogue says; two gettexts may lay the same out differently."""
    with file.open("rb") as stream:
        found: dict[object, str] = vars(gettext.GNUTranslations(stream))["_catalog"]
    return found


def _ask(words: list[str], folder: Path) -> None:
    done = _run(words, folder)
    if done.returncode:
        raise Trouble(f"{words[0]} failed: {done.stderr.strip()}")


def _run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in English, and Django without any project's settings."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    found = list(problems())
    sys.exit("\n".join(found) if found else 0)
