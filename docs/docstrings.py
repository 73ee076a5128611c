"""Makes Markdown of docstrings: parameters become a list, examples become blocks, public names become links."""

from __future__ import annotations

import re
from typing import Any

from griffe import Class, Extension, Function, Object

import deltasib_query

_NAMED = re.compile(r"(?P<names>\w+(?:, \w+)*): (?P<text>.*)")
_LINK = re.compile(r"(?<![`\[])`(?P<name>[A-Z]\w+)`(?!`)")


class Docstrings(Extension):
    """Rewrites every docstring as it is found."""

    def on_class_members(self, *, cls: Class, **_: Any) -> None:
        """Leave out how objects are made that nobody but a client makes."""
        if cls.name.endswith("Actions") or cls.name == "Filter":
            cls.members.pop("__init__", None)

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite one, once its object's members are known."""
        if obj.docstring is None:
            return
        written = isinstance(obj, Class | Function) or "property" in obj.labels
        rewrite = to_markdown if written else _linked
        obj.docstring.value = rewrite(obj.docstring.value)


def to_markdown(docstring: str) -> str:
    """Return a docstring as Markdown.

    >>> to_markdown("Do it.\\n\\nname: whose\\n    it is.")
    'Do it.\\n\\n- **name**: whose\\n    it is.'
    """
    paragraphs = re.split(r"\n\n+", docstring)
    return "\n\n".join(_paragraph(paragraph) for paragraph in paragraphs)


def _paragraph(text: str) -> str:
    if text.startswith(">>>"):
        return f"```pycon\n{text}\n```"
    if not _NAMED.fullmatch(text.split("\n", 1)[0]):
        return _linked(text)
    lines = []
    for line in text.split("\n"):
        named = _NAMED.fullmatch(line)
        lines.append(
            f"- **{named['names']}**: {named['text']}" if named else line
        )
    return _linked("\n".join(lines))


def _linked(text: str) -> str:
    def link(found: re.Match[str]) -> str:
        name = found["name"]
        return (
            f"[`{name}`][deltasib_query.{name}]"
            if name in deltasib_query.__all__
            else found[0]
        )

    return _LINK.sub(link, text)
