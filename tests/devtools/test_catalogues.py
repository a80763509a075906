"""A catalogue that is missing, incomplete, unused in part or not compiled is told."""

import re
import subprocess
from pathlib import Path

import pytest

from devtools.catalogues import EXTRACTED_FROM, LANGUAGES, problems
from devtools.lint import PRODUCT
from devtools.paths import ROOT

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
HEADER += '"Language: x\\n"\n"Project-Id-Version: x\\n"\n"Last-Translator: x\\n"\n'
HEADER += '"Language-Team: x\\n"\n"PO-Revision-Date: x\\n"\n"MIME-Version: 1.0\\n"\n'
HEADER += '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=n > 1;\\n"\n'
GREETING = '\n#, python-format\nmsgid "Good day, %(name)s"\nmsgstr "Bonjour, %(name)s"\n'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A tree with one message, and complete, compiled catalogues."""
    for name in EXTRACTED_FROM:
        (tmp_path / name).mkdir()
    source = 'from django.utils.translation import gettext as _\n_("Good day, %(name)s")\n'
    (tmp_path / "accounts" / "greeting.py").write_text(source)
    for language in LANGUAGES:
        write(tmp_path, language, GREETING)
    return tmp_path


def write(house: Path, language: str, entries: str, *, compiled: bool = True) -> None:
    folder = house / "locale" / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "django.po").write_text(HEADER + entries)
    if compiled:
        subprocess.run(["msgfmt", "-o", "django.mo", "django.po"], cwd=folder, check=True)


def test_complete_and_compiled_catalogues_are_no_problem(house: Path):
    assert list(problems(house)) == []


def test_without_messages_no_catalogue_is_needed(tmp_path: Path):
    for name in EXTRACTED_FROM:
        (tmp_path / name).mkdir()
    assert list(problems(tmp_path)) == []


def test_a_missing_catalogue_is_told(house: Path):
    (house / "locale" / "de" / "LC_MESSAGES" / "django.po").unlink()
    assert list(problems(house)) == ["locale/de/LC_MESSAGES/django.po is missing"]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("", "used but not defined"),
        ('\nmsgid "Good day, %(name)s"\nmsgstr ""\n', "untranslated"),
        (GREETING.replace("#, python", "#, fuzzy, python"), "needs to be reviewed"),
        (GREETING + '\nmsgid "Farewell"\nmsgstr "Adieu"\n', "not used"),
        (GREETING.replace('"Bonjour, %(name)s"', '"Bonjour, %(nom)s"'), "format specification"),
    ],
)
def test_an_incomplete_or_outdated_translation_is_told(house: Path, entries: str, words: str):
    write(house, "fr", entries, compiled=False)
    assert any(text.startswith("fr: ") and words in text for text in problems(house))


def test_the_language_of_the_source_may_leave_messages_as_they_are(house: Path):
    write(house, "en", GREETING.replace('"Bonjour, %(name)s"', '""'))
    assert list(problems(house)) == []


def test_a_compiled_catalogue_that_says_something_else_is_told(house: Path):
    write(house, "fr", GREETING.replace("Bonjour", "Bonsoir"), compiled=False)
    assert "locale/fr/LC_MESSAGES/django.mo is not fresh: ./dev messages" in list(problems(house))


def test_no_word_is_translated_under_a_name_that_the_extraction_does_not_know():
    alias = re.compile(r"import n?p?gettext\w* as (?!_$)\w+", re.MULTILINE)
    hidden = [
        f"{file}: {match.group(0)}"
        for package in PRODUCT
        for file in (ROOT / package).rglob("*.py")
        for match in alias.finditer(file.read_text(encoding="utf-8"))
    ]
    assert hidden == []
