"""The whole way in Chromium: from the form to the letters, on real parts, days passing."""

import pypdfium2
from playwright.sync_api import Browser

from devtools.installation import throwaway
from devtools.story import SITE, Story
from tests.browser.visitor import BrowserVisitor


def test_a_transfer_goes_all_the_way_from_the_form_to_the_letters(browser: Browser) -> None:
    steps: list[str] = []
    with throwaway() as installation:

        def visitor(language: str) -> BrowserVisitor:
            return BrowserVisitor(browser.new_context(locale=language), installation.url)

        story = Story(installation, visitor, steps.append)
        letters = story.walk()
        installation.manage("verify_journal")

    assert len(letters) == 3, steps
    for letter in letters:
        assert SITE in text_of(letter)
    assert any(story.case in text_of(letter) for letter in letters)


def text_of(pdf: bytes) -> str:
    """All text of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
