"""The clauses of an explanation as pictures of their tree: one row for each, indented by its depth.

Nothing is measured but the number of characters, so a picture needs no font. Every text in it is escaped in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, Literal

from deltasib_query.messages.said import Said

Row = tuple[int, Said]
"""The depth of a clause, and what it says."""

_MOST_INDENTED: Final = 32
"""A deeper row has its depth as a number, or the spaces of all rows would be as many as the square of their depth."""
_LINE, _INDENT, _LETTER, _MARGIN = 24, 20, 9, 8
"""Pixels: the height of a row, the width of a step, the most that a letter is wide on average, and the margin."""


def as_list(rows: Sequence[Row]) -> str:
    """Return the rows as an indented list."""
    return "\n".join(f"{_indent(depth)}{said}" for depth, said in rows)


def _indent(depth: int) -> str:
    number = f"({depth}) " if depth > _MOST_INDENTED else ""
    return f"{'  ' * min(depth - 1, _MOST_INDENTED)}{number}- " if depth else ""


def as_html(rows: Sequence[Row], language: str, direction: Literal["ltr", "rtl"]) -> str:
    """Return the rows as nested lists."""
    written: list[str] = []
    before = -1
    for depth, said in rows:
        if depth <= before:
            written.append("</li>" + "</ul></li>" * (before - depth))
        else:
            written.append('<ul role="group">' if depth else f'<ul role="tree" lang="{language}" dir="{direction}">')
        written.append(f'<li role="treeitem">{said.html}')
        before = depth
    written.append("</li></ul>" * (before + 1))
    return "".join(written)


def as_svg(rows: Sequence[Row], language: str, direction: Literal["ltr", "rtl"]) -> str:
    """Return the rows as an image. Where it stands alone it follows the reader's light or dark scheme."""
    width = 2 * _MARGIN + max(_INDENT * depth + _LETTER * len(said.plain) for depth, said in rows)
    start, step = (_MARGIN, 1) if direction == "ltr" else (width - _MARGIN, -1)
    texts: list[str] = []
    lines: list[str] = []
    line_starts = [0]  # by depth: where the line to the next row begins, at its parent or the row before it
    for row, (depth, said) in enumerate(rows):
        x, y = start + step * _INDENT * depth, _LINE * row + _LINE // 2 + _MARGIN
        if depth:
            lines.append(f"M{x - step * (_INDENT - 6)} {line_starts[depth]}V{y}h{step * (_INDENT - 10)}")
        line_starts[depth:] = [y, y + _LINE // 2]
        texts.append(f'<text x="{x}" y="{y}">{escape(str(said))}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_LINE * len(rows) + 2 * _MARGIN}"'
        f' lang="{language}" direction="{direction}" fill="currentColor" font-size="14"'
        ' font-family="Vazirmatn, Tahoma, sans-serif" dominant-baseline="central">'
        "<style>svg:root{color-scheme:light dark;color:CanvasText}</style>"
        f'<path d="{"".join(lines)}" fill="none" stroke="currentColor" opacity=".5" shape-rendering="crispEdges"/>'
        f"{''.join(texts)}</svg>"
    )
