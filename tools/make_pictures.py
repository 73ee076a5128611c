"""Take the pictures of the documentation: the console, as it opens and in use, in both languages (`make pictures`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from browser.conftest import PROGRAM
from consoles import console

if TYPE_CHECKING:
    from playwright.sync_api import Page

ASSETS = Path(__file__).parents[1] / "docs" / "assets"
LOCALES = {"en": "en-GB", "fa": "fa-IR"}


def take_pictures(page: Page, address: str, language: str) -> None:
    """Take the page as it opens, then with rows and a filter that is being typed."""
    page.goto(address)
    page.locator("#cards li").first.wait_for()
    page.screenshot(path=ASSETS / f"console-{language}.png")
    page.keyboard.insert_text("Family = 'احمدی' and User_Id >= 100")  # the box has the focus
    page.keyboard.press("Enter")
    page.locator("#rows td").first.wait_for()
    page.keyboard.type(" and user", delay=60)
    page.locator("#filter .cm-tooltip-autocomplete li").first.wait_for()
    page.wait_for_timeout(1000)  # milliseconds: what fades has faded
    page.screenshot(path=ASSETS / f"editor-{language}.png")


def main() -> None:
    """Take all pictures."""
    with console(os.environ) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM)
        for language, locale in LOCALES.items():
            context = browser.new_context(
                locale=locale, viewport={"width": 960, "height": 560}, device_scale_factor=2, color_scheme="light"
            )
            take_pictures(context.new_page(), running.address, language)
        browser.close()


if __name__ == "__main__":
    main()
