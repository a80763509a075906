"""“Is this invoice good enough?” in a real browser: asked, answered, refused."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import check_page, check_shown
from tests.cessions.test_invoice_check import invoice

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_check_of_an_invoice_is_for_everybody(
    page: Page, live_server: object, console: list[str], tmp_path: Path
) -> None:
    check_page(page, f"{live_server.url}/cession/facture/", console)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Please choose a file.")).to_be_visible()
    check_shown(page, console, expected_failure=True)
    file = tmp_path / "facture.pdf"
    file.write_bytes(invoice().read())
    page.get_by_label("The invoice").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Everything that we look for is in it.")).to_be_visible()
    check_shown(page, console)
