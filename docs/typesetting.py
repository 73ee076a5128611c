"""Helps the browser with code: Persian texts keep their order, names do not break anywhere, a copy is what one types.

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
    r"<code>(?P<lines>[^<]*(?:<(?!/code>)[^<]*)*)(?=</code></pre>)"
)
_TAG = re.compile(r"<[^>]*>")
_INDENT = re.compile(r"(?:(?:>>>|\.\.\.) )? *")
_PROMPT = re.compile(r"(?:>>>|\.\.\.|\$)(?: |$)")
_DRAWN = re.compile("[\u2500-\u257f]")
_TEXT = re.compile(r"(?<=[>\n])[^<\n]+")
_BREAKS = re.compile(r"(?<=[_./:=(,\[])(?=\w)")
_RUN = re.compile(r"(?:<[^>]*>|[^<\s])+")
_SIGN = re.compile(
    r"<[^>]*>|(?P<sign>(?:[.:=(,\[]|(?<!&lt;)/)(?:<[^>]*>)*)(?=\w)"
)
LONG = 30
"""From how many letters on a name, or code without a space, may break behind its signs."""
_LETTER = "[\u0600-\u06ff\u200c]"
_SENTENCE = re.compile(
    rf"(?P<before>[#\s*-]*(?:[a-z. ]+: )?)(?P<text>{_LETTER}.*)"
)
_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")
_CELLS = re.compile(r",\S")
_ISLAND = re.compile(
    rf"""(?<=')[^'"]*{_LETTER}[^'"]*(?=')|(?<=")[^'"]*{_LETTER}[^'"]*(?=")|{_LETTER}+(?: {_LETTER}+)*"""
)


def isolated(text: str) -> str:
    """Return a line of code as HTML in which its Persian texts are isolated.

    >>> isolated("['رضایی', None]")
    "['<bdi>رضایی</bdi>', None]"

    A line that begins in Persian, or after a call, is a sentence with whatever Latin is in it, unless it has the cells
    of a table.

    >>> isolated("نام: Name")
    '<bdi>نام: Name</bdi>'
    >>> isolated("auth gettoken: حساب API درست نیست")
    'auth gettoken: <bdi>حساب API درست نیست</bdi>'
    >>> isolated("علی,رضایی")
    '<bdi>علی</bdi>,<bdi>رضایی</bdi>'
    """
    sentence = _SENTENCE.fullmatch(text)
    if sentence and not _CELLS.search(text):
        return f"{sentence['before']}<bdi>{html.escape(sentence['text'], quote=False)}</bdi>"
    return _ISLAND.sub(r"<bdi>\g<0></bdi>", html.escape(text, quote=False))


def dated(text: str) -> str:
    """Return HTML whose dates break nowhere, and run from the year to the day among Persian words, too.

    >>> dated("قبل از ۱۳۹۹ (2021-01-30) باشد")
    'قبل از ۱۳۹۹ (<bdi class="name">2021-01-30</bdi>) باشد'
    """
    return _DATE.sub(r'<bdi class="name">\g<0></bdi>', text)


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


def lines(code: str) -> str:
    """Return the HTML of code with its lines marked, and how far each is indented: there it goes on if it is long.

    >>> lines("<b>if</b> x:\\n    y")
    '<span class="line" style="--indent: 0"><b>if</b> x:\\n</span><span class="line" style="--indent: 4">    y</span>'
    """
    marked = []
    for line in code.splitlines(keepends=True):
        indent = _INDENT.match(_plain(line))
        assert indent is not None
        broken = _RUN.sub(lambda run: _breakable(run[0]), line)
        marked.append(
            f'<span class="line" style="--indent: {len(indent[0])}">{broken}</span>'
        )
    return "".join(marked)


def block(code: str) -> str:
    """Return the opening tag of a block, and its lines.

    What is copied from a session is what one types, without prompts and output.

    >>> block("$ pwd\\n/home")[:24]
    '<code data-copy="pwd"><s'

    A table that is drawn with lines is not wrapped: it is scrolled.
    """
    typed: list[str] = []
    for line in _plain(code).splitlines():
        if prompt := _PROMPT.match(line):
            typed.append(line[prompt.end() :])
        elif typed and typed[-1].endswith("\\"):
            typed.append(line)
    copied = html.escape("\n".join(typed))
    attributes = f' data-copy="{copied}"' if typed else ""
    if _DRAWN.search(code):
        attributes += ' class="drawn" tabindex="0"'
    return f"<code{attributes}>{lines(code)}"


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
    """Set the code and the dates of a page."""
    content = _CODE.sub(
        lambda code: _TEXT.sub(
            lambda text: isolated(html.unescape(text[0])), code[0]
        ),
        content,
    )
    content = _TEXT.sub(lambda text: dated(text[0]), content)
    content = _BLOCK.sub(lambda found: block(found["lines"]), content)
    # Markdown keeps the backslash that a `|` needs within the cell of a table.
    return _INLINE.sub(
        lambda code: unbroken(code["name"].replace("\\|", "|")), content
    )
