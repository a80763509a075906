"""`./dev tour`: the main job in about a minute, on an installation of its own that is thrown away."""

import os
import sys
import time
from pathlib import Path

from devtools.installation import Installation, throwaway
from devtools.paths import ROOT, Trouble
from devtools.story import Story
from devtools.visitor import HttpVisitor, Misbehaviour

LETTERS = ROOT / "var" / "tour"


def tour(words: list[str]) -> int:
    """Walk the story, print its time line, the mails and the letters. Raises Trouble when it fails."""
    if words:
        raise Trouble("tour takes no words")
    began = time.monotonic()
    print("An installation of its own starts: database, broker, mail peer, web, worker, beat.")
    with throwaway() as installation:
        _use_settings_of(installation)
        story = Story(installation, lambda language: HttpVisitor(installation.url, language), _say)
        try:
            letters = story.walk()
        except Misbehaviour as wrong:
            raise Trouble(f"the tour stopped: {wrong}") from wrong
        _print_reasoning(installation, story.case)
        _print_mails(installation)
        _print_letters(letters)
    print(f"\nAll of it in {time.monotonic() - began:.0f} s; nothing is left but the letters.")
    return 0


def _use_settings_of(installation: Installation) -> None:
    import django

    os.environ.update(installation.environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hosting.settings")
    django.setup()


def _say(words: str) -> None:
    print(f"  {words}", flush=True)


def _print_reasoning(installation: Installation, case: str) -> None:
    print(f"\nThe whole reasoning (manage.py explain_case {case}):\n")
    print(installation.manage("explain_case", case))


def _print_mails(installation: Installation) -> None:
    mails = installation.mails()
    print(f"\nThe {len(mails)} mails that the local peer accepted:")
    for mail in mails:
        print(f"  {mail['X-Envelope-To']:40} {mail['Subject']}")


def _print_letters(letters: list[bytes]) -> None:
    LETTERS.mkdir(parents=True, exist_ok=True)
    print("\nThe letters:")
    for number, letter in enumerate(letters, start=1):
        file = Path(LETTERS / f"letter-{number}.pdf")
        file.write_bytes(letter)
        print(f"  {file.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        sys.exit(tour(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(f"dev: {trouble}")
