"""Make the synchronous client of the asynchronous one: `python tools/make_sync.py`, or with `--check` only compare.

The asynchronous modules are the source. What the two do differently stands in modules that have both by hand, under
names that differ only by "async": `Slots` and `AsyncSlots`, `ahead` and `async_ahead`.
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

RULES: Final = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\bAsyncGenerator\[(.+), None\]", r"Generator[\1, None, None]"),
        (r"\bAnyAsync", "AnySync"),
        (r"\bAsyncOnly\b", "SyncOnly"),
        (r"\bAsync(?=[A-Z])", ""),
        (r"\basync_", ""),
        (r"`async ", "`"),
        (r"\b(?:async|await) ", ""),
        (r"\baclos(?=ing\b|e\b)", "clos"),
        (r"\b__a(?=enter__|exit__|iter__)", "__"),
        (r"\baiter_", "iter_"),
        (r"for asyncio and trio", "for synchronous code"),
        (r"\. Use it as a context manager", ". Thread-safe; use it as a context manager"),
        (
            r"belongs to the event loop in which it is first used: in another",
            "belongs to the process in which it is first used: in a fork",
        ),
        (r"for row in page\.rows:\n +yield row\n", "yield from page.rows\n"),
        # Several ranges of a scan at once are for async code alone.
        (r"(?m)^ *workers: .*\n", ""),
        (r", workers=workers\b", ""),
    )
]
"""What is replaced, in this order, in code, docstrings and comments alike."""

IMPORTS: Final = ("check", "--quiet", "--fix", "--select", "F401,I")
FORMAT: Final = ("format", "--quiet")


def sync(text: str) -> str:
    """Return the synchronous text of an asynchronous one, before it is formatted.

    >>> sync("async with AsyncClient(url) as isp: return await isp.user.list().first()")
    'with Client(url) as isp: return isp.user.list().first()'
    """
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def made(source: Path) -> tuple[Path, str]:
    """Return where the module goes that is made of a source, and its text."""
    target = source.with_name(sync(source.name))
    script = f"tools/{Path(__file__).name}"
    text = f"# Made of {source.name} by {script}: change that one.\n{sync(source.read_text('utf-8'))}"
    for command in (IMPORTS, FORMAT):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(target), "-"]
        text = subprocess.run(ruff, input=text, capture_output=True, check=True, encoding="utf-8").stdout
    return target, text


def main(arguments: list[str]) -> str | None:
    """Write the modules. With `--check` write nothing, and return which of them differ from what they should be."""
    modules = [made(CLIENT / name) for name in MODULES]
    if "--check" in arguments:
        differ = [target.name for target, text in modules if target.read_text("utf-8") != text]
        return f"make sync: {', '.join(differ)} differ from what is made of the async source" if differ else None
    for target, text in modules:
        target.write_text(text, "utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
