"""Make the synchronous client from the asynchronous one: `make sync`. With ``--check`` only compare.

The asynchronous modules are the source. What the two clients do differently stands in modules that have both by hand
(`concurrency.py`), under names that differ by "async": `Slots` and `AsyncSlots`, `ahead` and `async_ahead`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

CLIENT: Final = Path(__file__).parents[1] / "src" / "deltasib_query" / "client"
MODULES: Final = ("async_client.py", "async_actions.py", "paging/async_driving.py", "paging/async_listing.py")
"""Each becomes the module without "async_" in its name."""

RULES: Final = {
    r"\bAsyncGenerator\[(.+), None\]": r"Generator[\1, None, None]",
    r"\bAnyAsync": "AnySync",
    r"\bAsyncOnly\b": "SyncOnly",
    r"\bAsync(?=[A-Z])": "",
    r"\basync_": "",
    r"\b(?:async|await) ": "",
    r"\baclos(?=e\b|ing\b)": "clos",
    r"\baiter_": "iter_",
    r"\b__a(?=enter__|exit__|iter__)": "__",
    r"for row in page\.rows:\n +yield row\b": "yield from page.rows",
    # Only tasks can read several ranges of a scan at once.
    r"(?m)^ +workers: .*\n": "",
    r", workers=workers\b": "",
    # What the docstrings of the two say differently.
    r"for asyncio and trio": "for synchronous code",
    r"service\. Use it": "service. Thread-safe; use it",
    r"It is cancelled after `total_timeout`\.": (
        "It is given no more than `total_timeout` for each step, and stopped between two\n        pieces of a body; "
        "only time-outs of its own can end a head that comes a byte at a time."
    ),
    r"event loop in which it is first used: in another": "process in which it is first used: in a fork",
}
"""Patterns and what replaces them, in this order, in code, docstrings and comments alike."""


def sync(text: str) -> str:
    """Return the synchronous text of an asynchronous one, before it is formatted.

    >>> sync("async with AsyncClient(url) as isp: return await isp.user.list().first()")
    'with Client(url) as isp: return isp.user.list().first()'
    """
    for pattern, replacement in RULES.items():
        text = re.sub(pattern, replacement, text)
    return text


def made(source: Path) -> tuple[Path, str]:
    """Return the path of the module that is made from a source, and its text."""
    target = source.with_name(sync(source.name))
    text = f"# Made from {source.name} by tools/make_sync.py: edit that one.\n{sync(source.read_text('utf-8'))}"
    for command in (["check", "--fix", "--select", "F401,I"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--quiet", "--stdin-filename", str(target), "-"]
        text = subprocess.run(ruff, input=text, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
    return target, text


def main(arguments: list[str]) -> str | None:
    """Write the modules; with ``--check`` write nothing, and return what is wrong."""
    modules = [made(CLIENT / name) for name in MODULES]
    if "--check" in arguments:
        old = [target.name for target, text in modules if target.read_text("utf-8") != text]
        return f"`make sync` would change {', '.join(old)}" if old else None
    for target, text in modules:
        target.write_text(text, "utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
