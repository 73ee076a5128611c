"""Helps the browser with code: Persian texts stay in the order in which they are written, names do not break anywhere.

Code runs from left to right. Without help, a browser shows `['رضایی', 'احمدی']` as one run from right to left, so that
the first text stands on the right. Here each Persian text in code becomes a `<bdi>`, which keeps to itself.
"""

from __future__ import annotations

import html
import re
from typing import Any

_CODE = re.compile(r"<code\b.*?</code>", re.DOTALL)
_INLINE = re.compile(r"(?<!<pre>)<code>(?P<name>[^\s<]+)</code>")
_BLOCK = re.compile(
    r"(?<=<code>)(?P<lines>[^<]*(?:<(?!/code>)[^<]*)*)(?=</code></pre>)"
)
_TAG = re.compile(r"<[^>]*>")
_INDENT = re.compile(r"(?:(?:>>>|\.\.\.) )? *")
_TEXT = re.compile(r"(?<=[>\n])[^<\n]+")
_BREAKS = re.compile(r"(?<=[_./:=(,\[])(?=\w)")
_RUN = re.compile(r"(?:<[^>]*>|[^<\s])+")
_SIGN = re.compile(r"<[^>]*>|(?P<sign>[./:=(,\[](?:<[^>]*>)*)(?=\w)")
LONG = 30
"""From how many letters on a name, or code without a space, may break behind its signs."""
_LETTER = "[\u0600-\u06ff\u200c]"
_SENTENCE = re.compile(rf"(?P<before>[#\s*-]*)(?P<text>{_LETTER}.*)")
_CELLS = re.compile(r",\S")
_ISLAND = re.compile(
    rf"""(?<=')[^'"]*{_LETTER}[^'"]*(?=')|(?<=")[^'"]*{_LETTER}[^'"]*(?=")|{_LETTER}+(?: {_LETTER}+)*"""
)


def isolated(text: str) -> str:
    """Return a line of code as HTML in which its Persian texts are isolated.

    >>> isolated("['رضایی', None]")
    "['<bdi>رضایی</bdi>', None]"

    A line that begins in Persian is a sentence, with whatever Latin is in it, unless it has the cells of a table.

    >>> isolated("نام: Name")
    '<bdi>نام: Name</bdi>'
    >>> isolated("علی,رضایی")
    '<bdi>علی</bdi>,<bdi>رضایی</bdi>'
    """
    sentence = _SENTENCE.fullmatch(text)
    if sentence and not _CELLS.search(text):
        return f"{sentence['before']}<bdi>{html.escape(sentence['text'], quote=False)}</bdi>"
    return _ISLAND.sub(r"<bdi>\g<0></bdi>", html.escape(text, quote=False))


def unbroken(name: str) -> str:
    """Return a name in the running text as HTML that breaks nowhere, or behind its signs if it is long.

    >>> unbroken("number-for-text")
    '<code class="name">number-for-text</code>'
    >>> unbroken("deltasib_query.integrations.sqlalchemy")
    '<code>deltasib_<wbr>query.<wbr>integrations.<wbr>sqlalchemy</code>'
    """
    if len(html.unescape(name)) <= LONG:
        return f'<code class="name">{name}</code>'
    return f"<code>{_BREAKS.sub('<wbr>', name)}</code>"


def lines(block: str) -> str:
    """Return the HTML of a block with its lines marked, and how far each is indented: there it goes on if it is long.

    >>> lines("<b>if</b> x:\\n    y")
    '<span class="line" style="--indent: 0"><b>if</b> x:\\n</span><span class="line" style="--indent: 4">    y</span>'
    """
    marked = []
    for line in block.splitlines(keepends=True):
        indent = _INDENT.match(_plain(line))
        assert indent is not None
        broken = _RUN.sub(lambda run: _breakable(run[0]), line)
        marked.append(
            f'<span class="line" style="--indent: {len(indent[0])}">{broken}</span>'
        )
    return "".join(marked)


def _breakable(run: str) -> str:
    """Return code without a space, which may break behind its signs if it is long.

    >>> _breakable("<b>transport</b>=<b>httpx</b>.<b>ASGITransport</b>()")
    '<b>transport</b>=<b><wbr>httpx</b>.<b><wbr>ASGITransport</b>()'
    """
    if len(_plain(run)) <= LONG:
        return run
    return _SIGN.sub(lambda at: at[0] + "<wbr>" * bool(at["sign"]), run)


def _plain(code: str) -> str:
    return html.unescape(_TAG.sub("", code))


def on_page_content(content: str, **_: Any) -> str:
    """Set the code of a page."""
    content = _CODE.sub(
        lambda code: _TEXT.sub(
            lambda text: isolated(html.unescape(text[0])), code[0]
        ),
        content,
    )
    content = _BLOCK.sub(lambda block: lines(block["lines"]), content)
    return _INLINE.sub(lambda code: unbroken(code["name"]), content)
