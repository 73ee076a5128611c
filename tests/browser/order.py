"""The order in which code is drawn: from left to right, with each Persian text in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_OUT_OF_ORDER = """(code) => {
    const found = [];
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let before = { left: -1, bottom: -1 };
    let island = null;
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const within = node.parentElement.closest("bdi, .isolate");
        if (within && code.contains(within) && within === island) continue;
        island = within && code.contains(within) ? within : null;
        for (let at = 0; at < (island ? 1 : node.length); at++) {
            if (island) range.selectNodeContents(island);
            else range.setStart(node, at), range.setEnd(node, at + 1);
            const text = range.toString();
            if (!text.trim()) continue;
            const { left, top, bottom } = range.getBoundingClientRect();
            if (left <= before.left && (top + bottom) / 2 < before.bottom) found.push(text);
            before = { left, bottom };
        }
    }
    return found;
}"""


def out_of_order(code: Locator) -> list[str]:
    """Return the characters and isolated texts of a code that do not stand on the right of the one before."""
    found: list[str] = code.evaluate(_OUT_OF_ORDER)
    return found
