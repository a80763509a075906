"""What every page must stand: read by everybody, on a telephone, in light and dark, under the policy."""

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

NARROW: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
Views = Sequence[tuple[Literal["light", "dark"], ViewportSize]]
VIEWS: Views = (("light", WIDE), ("dark", NARROW))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "preload": False}

CUT_OFF = """() => {
  const scrolls = element => {
    for (let parent = element.parentElement; parent; parent = parent.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(parent).overflowX)) return true;
    return false;
  };
  return [...document.querySelectorAll("a, button, input, select, textarea, label, p, li, h1, h2, h3")]
    .filter(element => element.checkVisibility({visibilityProperty: true}))
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element))
    .map(element => element.outerHTML.slice(0, 120));
}"""

WIDEST = """() => [...document.querySelectorAll("body *")]
  .sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)
  .slice(0, 3).map(element => element.outerHTML.slice(0, 120))"""


def check_page(
    page: Page, url: str, console: list[str], *, status: int = 200, views: Views = VIEWS
) -> None:
    """Open `url` and check all of it. `console` is the fixture of this name.

    The browser's complaints come first: axe itself sets styles, which the policy refuses.
    """
    page.set_viewport_size(WIDE)
    response = page.goto(url)
    assert response is not None
    assert response.status == status, f"{url} answers {response.status}"
    check_shown(page, console, expected_failure=status >= 400, views=views)


def check_shown(
    page: Page, console: list[str], *, expected_failure: bool = False, views: Views = VIEWS
) -> None:
    """Check the page that is open now, after a form was sent, say."""
    page.wait_for_load_state()
    heard = [line for line in console if not (expected_failure and "status of" in line)]
    assert heard == [], f"{page.url}: {heard}"
    for scheme, size in views:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        assert_no_sideways_scroll(page, size["width"])
        assert_no_violation(page, f"{scheme}, {size['width']} px")
    page.set_viewport_size(WIDE)
    console.clear()


def assert_no_sideways_scroll(page: Page, width: int) -> None:
    """Nothing reaches over the edge, be it cut off, but inside a part that scrolls by itself."""
    needed = page.evaluate("document.documentElement.scrollWidth")
    reason = f"{page.url} is {needed} px wide on a screen of {width}"
    assert needed <= width, f"{reason}: {page.evaluate(WIDEST)}"
    cut = page.evaluate(CUT_OFF)
    assert cut == [], f"{page.url} cuts off at {width} px: {cut}"


def assert_no_violation(page: Page, where: str) -> None:
    """Axe finds nothing of the levels A and AA."""
    results = Axe().run(page, options=RULES)
    found = [
        f"{violation['id']}: {violation['help']} at {node['target']}: {node['failureSummary']}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
    assert found == [], f"{page.url} ({where}):\n" + "\n".join(found)
