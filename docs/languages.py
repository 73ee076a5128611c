"""The site's two languages. English pages stand in docs/, Persian ones under docs/fa/ at the same path.

A Persian page has the theme's Persian texts, its own part of the navigation (the last entry of `nav` in mkdocs.yml),
and the anchors of its English counterpart: its headings are the same, in the same order.
"""

from __future__ import annotations

import re
from typing import Any

from markdown.extensions.toc import slugify, unique
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

FOLDER = "fa/"
HEADING = re.compile(
    r"^```.*?^```$|^(?P<heading>(?P<marks>#{1,6}) (?P<title>[^\n]+))$",
    re.MULTILINE | re.DOTALL,
)
_ANCHOR = re.compile(r"\{ ?#(?P<anchor>[\w-]+) ?\}")
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\([^)]*\)")
TOGGLES = {
    "default": {"en": "Dark", "fa": "تیره"},
    "slate": {"en": "Light", "fa": "روشن"},
}
"""What the switch of the colours says, which the theme takes from its configuration, by the colours that are seen."""


def anchors(markdown: str) -> list[str]:
    """Return the anchors that the site makes for the headings of a page.

    >>> anchors("# First\\n## A [link](x.md)\\n## Own { #other }\\n## First")
    ['first', 'a-link', 'other', 'first_1']
    """
    used: set[str] = set()
    return [
        _anchor(found["title"], used)
        for found in HEADING.finditer(markdown)
        if found["heading"]
    ]


def with_anchors_of(english: str, persian: str) -> str:
    """Return a Persian page whose headings have the anchors of an English one."""
    of = iter(anchors(english))

    def anchored(found: re.Match[str]) -> str:
        if not found["heading"] or not (anchor := next(of, "")):
            return found[0]
        return f"{found[0]} {{ #{anchor} }}"

    return HEADING.sub(anchored, persian)


def on_page_markdown(
    markdown: str,
    *,
    page: Page,
    files: Files,
    config: MkDocsConfig,
    **_: Any,
) -> str:
    """Give a Persian page the anchors of the English one, as docs/hooks.py completes it, and Persian titles."""
    english = files.get_file_from_path(page.file.src_uri.removeprefix(FOLDER))
    if not page.file.src_uri.startswith(FOLDER) or english is None:
        return markdown
    hooks = config["hooks"]["docs/hooks.py"]
    whole = hooks.on_page_markdown(english.content_string)
    persian = with_anchors_of(whole, markdown)
    return persian.replace('text title="prints"', 'text title="خروجی"')


def on_nav(nav: Navigation, *, config: MkDocsConfig, **_: Any) -> Navigation:
    """Divide the navigation: the last entry has the Persian pages."""
    section = nav.items.pop()
    assert isinstance(section, Section)
    for item in section.children:
        item.parent = None
    first = next(
        index
        for index, page in enumerate(nav.pages)
        if page.file.src_uri.startswith(FOLDER)
    )
    persian = config.extra["persian_nav"] = Navigation(
        section.children, nav.pages[first:]
    )
    persian.homepage = persian.pages[0]
    del nav.pages[first:]
    nav.pages[-1].next_page = persian.homepage.previous_page = None
    return nav


def on_page_context(
    context: dict[str, Any],
    *,
    page: Page,
    config: MkDocsConfig,
    nav: Navigation,
) -> dict[str, Any]:
    """Give a page the texts and the navigation of its language, and the same page in the other one, or its home."""
    path = page.file.src_uri
    persian_nav = config.extra["persian_nav"]
    persian = path.startswith(FOLDER)
    here, there = (persian_nav, nav) if persian else (nav, persian_nav)
    counterpart = path.removeprefix(FOLDER) if persian else FOLDER + path
    config.theme["language"] = "fa" if persian else "en"
    for scheme in config.theme["palette"]:
        scheme["toggle"]["name"] = TOGGLES[scheme["scheme"]][
            "fa" if persian else "en"
        ]
    other = next(
        (other for other in there.pages if other.file.src_uri == counterpart),
        None,
    )
    return context | {
        "nav": here,
        "other_language": other or there.homepage,
        "only_here": other is None,
    }


def _anchor(title: str, used: set[str]) -> str:
    if own := _ANCHOR.search(title):
        used.add(own["anchor"])
        return own["anchor"]
    return str(
        unique(
            slugify(_LINK.sub(r"\g<text>", title).replace("`", ""), "-"), used
        )
    )
