"""The order in which code is drawn: from left to right, with each Persian text in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_OUT_OF_ORDER = """(code) => {
    const found = [];
    const isolates = [...code.querySelectorAll("bdi, .isolate")];
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let before = { left: -1, bottom: -1 };
    let island = null;
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const within = isolates.find((each) => each.contains(node)) ?? null;
        if (within && within === island) continue;
        island = within;
        for (const { 0: part, index } of island ? [[""]] : node.data.matchAll(/\\u2068.*?\\u2069|./gs)) {
            if (island) range.selectNodeContents(island);
            else range.setStart(node, index), range.setEnd(node, index + part.length);
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
