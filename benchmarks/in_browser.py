"""The editor in a browser: how long somebody waits, and how much it asks. Needs what `make browser` needs.

PYTHONPATH=tests python benchmarks/in_browser.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from playwright.sync_api import Browser, Page, Route, sync_playwright

from browser.conftest import ARGUMENTS, PROGRAM
from browser.filter_box import FilterBox
from browser.panel import Panel, serving

Opening = Callable[..., AbstractContextManager[Page]]
TURNS = 7
SIXTY = "Username like 'ali%' and User_Id >= 100 and Family <> 'Amin'"
VALID = [SIXTY, "(Name = 'O''Reilly' or User_Id<=12) and Address like '%x%'", "Username = 'علی' or Name <> ''"]
ELEMENT = '<form><deltasib-filter src="/users" label="Filter"></deltasib-filter></form>'
MOUNTED = """() => {
    const box = document.createElement("deltasib-filter");
    box.setAttribute("src", "/users");
    const start = performance.now();
    document.querySelector("main").append(box);
    box.getBoundingClientRect();
    return performance.now() - start;
}"""
# From the click on a link to the letter on the screen, by the clock of the page: nobody waits for what goes to and fro
# between this process and the browser.
FIRST_LETTER = """customElements.whenDefined("deltasib-filter").then(() => {
    const box = document.querySelector("deltasib-filter");
    box.focus();
    document.execCommand("insertText", false, "N");
    requestAnimationFrame(() => setTimeout(() => { window.waited = box.value === "N" ? performance.now() : NaN }));
})"""
WATCH_LIST = """({ shadowRoot }) => {
    const content = shadowRoot.querySelector(".cm-content");
    shadowRoot.host.waits = [];
    content.addEventListener("keydown", () => { shadowRoot.host.pressed = performance.now() }, true);
    new MutationObserver(() => {
        if (!shadowRoot.querySelector("[role=listbox]") || !shadowRoot.host.pressed) return;
        shadowRoot.host.waits.push(performance.now() - shadowRoot.host.pressed);
        shadowRoot.host.pressed = 0;
    }).observe(shadowRoot, { subtree: true, childList: true });
}"""
COUNT_RED = """({ shadowRoot }) => {
    shadowRoot.host.red = 0;
    const count = () => { shadowRoot.host.red += shadowRoot.querySelectorAll(".problem-error, .problem.error").length };
    new MutationObserver(count)
        .observe(shadowRoot, { subtree: true, childList: true, attributes: true });
}"""


def main() -> None:
    with serving() as panel, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        opened = partial(_opened, browser, panel)
        mounts = [_mounts(opened) for _ in range(TURNS)]
        _print("mount, first and next of a page", [list(column) for column in zip(*mounts, strict=True)], "ms", 100)
        _print(
            "page opened to letter on the screen", [[_first_letter(browser, panel) for _ in range(TURNS)]], "ms", 400
        )
        for latency, target in (0, 120), (100, 250):
            _print(
                f"key to list, network of {latency} ms", [[_list(opened, latency) for _ in range(TURNS)]], "ms", target
            )
        _print("key to narrowed list, in a word", [[_narrowed(opened) for _ in range(TURNS)]], "ms", 17)
        complete, check = _requests(opened)
        _print(f"requests for {len(SIXTY)} letters: complete, check", [[complete], [check]], "", 12)
        _print("red while valid filters are typed", [[_red(opened, text)] for text in VALID], "", 0)
        browser.close()


def _print(what: str, columns: list[list[float]], unit: str, target: float) -> None:
    figures = ", ".join(f"{statistics.median(column):.0f} {unit}".strip() for column in columns)
    print(f"{what:45} {figures:20} (at most {target} {unit}".rstrip() + ")")


@contextmanager
def _opened(browser: Browser, panel: Panel, body: str = ELEMENT) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(panel.put(body))
    yield page
    context.close()


def _mounts(opened: Opening) -> tuple[float, float]:
    with opened("") as page:
        page.wait_for_function("customElements.get('deltasib-filter') !== undefined")
        return page.evaluate(MOUNTED), page.evaluate(MOUNTED)


def _first_letter(browser: Browser, panel: Panel) -> float:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(FIRST_LETTER)
    page.goto(panel.put(ELEMENT))
    waited = float(page.wait_for_function("window.waited").json_value())
    context.close()
    return waited


def _list(opened: Opening, latency: int) -> float:
    def slow(route: Route) -> None:
        time.sleep(latency / 1000)
        route.continue_()

    with opened() as page:
        if latency:
            page.route("**/complete", slow)
        box = FilterBox(page)
        box.focus()
        box.element.evaluate(WATCH_LIST)
        box.type("N")
        box.items()
        return float(box.element.evaluate("({ waits }) => waits[0]"))


def _narrowed(opened: Opening) -> float:
    with opened() as page:
        box = FilterBox(page)
        box.focus()
        box.type("U")
        box.items()
        box.element.evaluate(WATCH_LIST)
        box.type("s")
        return float(box.element.evaluate("({ waits }) => waits[0]"))


def _requests(opened: Opening) -> tuple[float, float]:
    with opened() as page:
        box = FilterBox(page)
        box.focus()
        box.type(SIXTY, delay=120)
        box.wait()
        return len(box.asked("complete")), len(box.asked("check"))


def _red(opened: Opening, text: str) -> float:
    with opened() as page:
        box = FilterBox(page)
        box.focus()
        box.element.evaluate(COUNT_RED)
        box.type(text, delay=400)
        box.wait()
        return float(box.element.evaluate("({ red }) => red"))


if __name__ == "__main__":
    main()
