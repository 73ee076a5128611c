"""axe-core, which looks at a page with the rules of the accessibility guidelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browser.conftest import ROOT, missing

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = ROOT / "web/node_modules/axe-core/axe.min.js"
VIOLATIONS = "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)"


def axe(page: Page) -> list[str]:
    """Return what axe complains about on a page."""
    if not SCRIPT.exists():
        missing("no axe-core here (make web)")
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)"
    )
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]
