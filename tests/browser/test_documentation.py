"""The documentation in a browser: from a server and from a disk, in both languages, wide and narrow, light and dark."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.axe import axe
from browser.conftest import ROOT
from docs.building import build

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).with_suffix(".html").as_posix() for path in DOCS.rglob("*.md"))
SCREENS: dict[str, dict[str, Any]] = {
    "wide and light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "narrow and dark": {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"},
}
# Only tables that are drawn with lines are scrolled.
CUT = """() => {
    const blocks = [...document.querySelectorAll("pre, pre > code:not(.drawn)"), document.documentElement];
    return blocks.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.outerHTML.slice(0, 200));
}"""


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that keeps its log to itself."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site. Of several test processes the first to want it builds it for all."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    target = folder / "site"
    with (folder / "site.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not target.exists():
            build(folder / "unfinished")
            (folder / "unfinished").rename(target)
    return target


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["served", "disk"])
def address(request: pytest.FixtureRequest, site: Path) -> str:
    """Return where the site is: on a server, or on this machine's disk."""
    return str(request.getfixturevalue("served")) if request.param == "served" else site.as_uri()


@pytest.fixture(params=SCREENS)
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SCREENS[request.param]


@pytest.fixture
def requests(page: Page) -> list[str]:
    """Return the addresses that the page asks for, as they come."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("فهرست", "fa/index.html"),
        ("سرويس", "fa/index.html"),  # with the letter of an Arabic keyboard
        ("fields_by_name", "forms.html"),
        ("number-for-text", "language.html"),
    ],
)
def test_the_search_finds_words_of_both_languages_and_names(
    page: Page, address: str, requests: list[str], words: str, found: str
) -> None:
    page.goto(f"{address}/fa/index.html")
    if page.viewport_size == SCREENS["narrow and dark"]["viewport"]:
        page.locator("label.md-header__button[for=__search]").click()
    page.locator("input.md-search__input").click()
    page.locator(".md-search-result__meta", has_text="تایپ کنید").wait_for()  # the index is there
    page.keyboard.type(words)
    page.locator(f".md-search-result__link[href*='{found}']").first.wait_for()
    assert [asked for asked in requests if not asked.startswith((address, "about:", "data:"))] == []


@pytest.mark.parametrize("options", [{}], ids=["both screens"])
@pytest.mark.parametrize("name", [*PAGES, "404.html"])
def test_a_page_fits_its_screen_without_cut_code_and_axe_finds_nothing(page: Page, served: str, name: str) -> None:
    for screen in SCREENS.values():
        page.set_viewport_size(screen["viewport"])
        page.emulate_media(color_scheme=screen["color_scheme"])
        page.goto(f"{served}/{name}")
        assert page.evaluate(CUT) == []
        assert axe(page) == []


def test_the_switch_of_the_language_leads_to_the_same_page_or_to_the_other_home(page: Page, address: str) -> None:
    page.goto(f"{address}/reference/errors.html")
    page.locator(".site-language").click()
    assert page.url == f"{address}/fa/index.html"
    assert page.locator("body").get_attribute("dir") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('pre')).direction") == "ltr"
    page.locator(".site-language").click()
    assert page.url == f"{address}/index.html"


def test_persian_texts_of_an_output_stand_in_the_order_in_which_they_are_written(page: Page, site: Path) -> None:
    page.goto((site / "use/walk.html").as_uri())
    line = page.locator(".line", has_text="['رضایی', 'احمدی', None]").first
    left = line.locator("bdi").evaluate_all("(each) => each.map((one) => one.getBoundingClientRect().left)")
    assert len(left) == 2 and left == sorted(left)


def test_a_copy_of_an_example_is_its_text(page: Page, served: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{served}/index.html")
    page.locator("pre").nth(1).hover()
    page.locator(".md-code__button").nth(1).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[:3] == [
        "from deltasib_query import Client, User, parse",
        "from deltasib_query.sandbox import Sandbox",
        "",
    ]
    assert "\n    with Client(" in copied


def test_the_heads_of_a_table_stay_in_sight(page: Page, site: Path) -> None:
    page.goto((site / "reference/inferred.html").as_uri())
    table = page.locator("table").first
    table.locator("tr").last.evaluate("(row) => row.scrollIntoView({ block: 'end' })")
    assert table.locator("th").first.evaluate("(head) => head.getBoundingClientRect().top") >= 0


def test_a_copy_of_a_session_is_what_one_types(page: Page, served: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{served}/tutorial.html")
    session = page.locator(".highlight", has_text="$ python search.py").first
    session.hover()
    session.locator(".md-code__button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [
        "python search.py \"Family = 'احمدی' or Family = 'رضایی'\"",
        "python search.py 'Family == \"احمدی\"'",
    ]


@pytest.mark.parametrize("options", [SCREENS["wide and light"]], ids=["wide"])
def test_install_and_the_first_example_are_on_the_first_screen(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    bottoms = page.locator("pre").evaluate_all("(each) => each.map((one) => one.getBoundingClientRect().bottom)")
    assert len(bottoms) == 3 and max(bottoms) <= 800
