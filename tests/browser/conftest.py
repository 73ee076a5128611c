"""A real browser for the tests in this folder: playwright drives the chromium of the system, with windows or without.

A machine without them is told what was left out. Under DELTASIB_QUERY_REQUIRE_BROWSER a missing one is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from browser.filter_box import FilterBox
from browser.held_answers import HeldAnswers
from browser.panel import Panel, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
# The first has no windows, and needs a third of the processor's time of the others.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = next(filter(None, map(shutil.which, _PROGRAMS)), None)
"""The browser of this machine."""
HOW_TO_GET_IT = "no browser here (make browser; Debian: apt-get install chromium-headless-shell)"
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    violations.push(`${violatedDirective} ${blockedURI}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def missing(what: str) -> NoReturn:
    if os.environ.get("DELTASIB_QUERY_REQUIRE_BROWSER"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser of this test process."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing(HOW_TO_GET_IT)
    if PROGRAM is None:
        missing(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def panel() -> Iterator[Panel]:
    """Return the panel of this test process."""
    with serving() as panel:
        yield panel


@pytest.fixture
def options() -> dict[str, Any]:
    """Return what is special about the browser of a test, such as its screen; tests parametrize it."""
    return {}


@pytest.fixture
def page(chromium: Browser, options: dict[str, Any]) -> Iterator[Page]:
    """Return a page in a context of its own. A console error or a violation of the page's policy fails the test.

    The browser itself writes an error for each failed request, which tests of silent servers bring about.
    """
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.add_init_script(_WATCH)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda said: (
            errors.append(said.text)
            if said.type in {"error", "warning"} and not said.text.startswith("Failed to load resource")
            else None
        ),
    )
    yield page
    violations = page.evaluate("window.violations ?? []")
    context.close()
    assert errors == []
    assert violations == []


@pytest.fixture
def held(page: Page) -> Callable[[str], HeldAnswers]:
    """Return a function that holds back the answers of an endpoint from then on."""

    def hold(endpoint: str) -> HeldAnswers:
        return HeldAnswers(page, endpoint)

    return hold


@pytest.fixture
def box(page: Page, panel: Panel) -> Callable[..., FilterBox]:
    """Return a function that opens a page with one element and returns it."""

    def opened(attributes: str = "", *, language: str = "en", policy: str = "users", focus: bool = True) -> FilterBox:
        element = f'<deltasib-filter src="/{policy}" name="filter" label="Filter" {attributes}></deltasib-filter>'
        page.goto(panel.put(f'<form action="/submitted">{element}<button>Send</button></form>', language=language))
        found = FilterBox(page)
        if focus:
            found.focus()
        return found

    return opened
