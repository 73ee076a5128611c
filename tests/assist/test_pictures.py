"""Explanations as HTML and SVG: the same tree, and every value of a user a text and nothing else."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Explanation, User, explain
from deltasib_query.language.renderer import unsafe_character
from deltasib_query.messages.message import LANGUAGES

BOTH = pytest.mark.parametrize("language", LANGUAGES)
SVG = "{http://www.w3.org/2000/svg}"
TREE = (
    (User.Name == "علی") & ((User.User_Id < 5) | ((User.Family == "x") & (User.Address == ""))) & (User.Family != "y")
)
HOSTILE = [
    "<img src=x onerror=alert(1)>", "</code></bdi></li><script>alert(1)</script>", "</text><script>alert(1)</script>",
    '" onload="alert(1)', "'; alert(1); '", "&lt;b&gt;", "]]>", "<!--", "\u202egnp.exe", "\u2069\u2069x", "a\u2028b",
]  # fmt: skip


class Tree(HTMLParser):
    """Reads nested lists: elements in order, and the text of each item with its depth."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.items: list[list[object]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "li":
            self.items.append([self.open.count("li") - 1, ""])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        depth, text = self.items[-1]
        self.items[-1] = [depth, f"{text}{data}"]


def items(explained: Explanation) -> list[list[object]]:
    return [[clause.depth, clause.said.plain] for clause in explained.clauses]


def rows(svg: str) -> list[ET.Element]:
    return [*ET.fromstring(svg).iter(f"{SVG}text")]


@BOTH
def test_html_is_the_tree_as_nested_lists(language: str) -> None:
    explained = explain(TREE, language=language)
    tree = Tree(explained.to_html())
    assert tree.items == items(explained)
    assert [depth for depth, _ in tree.items] == [0, 1, 1, 2, 2, 3, 3, 1]
    assert tree.tags <= {"ul", "li", "bdi", "code"}
    assert tree.attributes == {"role", "lang", "dir"}


def test_html_is_accessible() -> None:
    assert explain(TREE, language="fa").to_html().startswith('<ul role="tree" lang="fa" dir="rtl"><li role="treeitem">')
    assert explain(TREE).to_html().count('<ul role="group">') == 3


@BOTH
def test_svg_has_a_row_for_each_clause_indented_by_its_depth(language: str) -> None:
    explained = explain(TREE, language=language)
    svg = explained.to_svg()
    found = rows(svg)
    assert [text.text for text in found] == [str(clause.said) for clause in explained.clauses]
    steps = [20 * clause.depth for clause in explained.clauses]
    start = int(found[0].attrib["x"])
    towards = -1 if language == "fa" else 1
    assert [towards * (int(text.attrib["x"]) - start) for text in found] == steps
    assert [int(text.attrib["y"]) for text in found] == [20 + 24 * row for row in range(len(found))]
    assert 0 < start <= int(ET.fromstring(svg).attrib["width"])


def test_svg_joins_each_row_to_its_parent_or_to_the_row_before_it_in_the_same_group() -> None:
    (path,) = ET.fromstring(explain(TREE).to_svg()).iter(f"{SVG}path")
    from_to = [tuple(map(int, line.split(" ")[1].split("h")[0].split("V"))) for line in path.attrib["d"].split("M")[1:]]
    rows = [20 + 24 * row for row in range(8)]  # their middles; below a parent the line begins at its lower edge
    assert from_to == [
        (rows[0] + 12, rows[1]),
        (rows[1], rows[2]),
        (rows[2] + 12, rows[3]),
        (rows[3], rows[4]),
        (rows[4] + 12, rows[5]),
        (rows[5], rows[6]),
        (rows[2], rows[7]),
    ]


def test_svg_is_written_from_right_to_left_in_persian() -> None:
    assert ET.fromstring(explain(TREE, language="fa").to_svg()).attrib["direction"] == "rtl"


@BOTH
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_text(value: str, language: str) -> None:
    explained = explain((User.Name == value) & (User.Family.contains(value)), language=language)
    tree = Tree(explained.to_html())
    assert tree.items == items(explained)
    assert tree.tags == {"ul", "li", "bdi", "code"}
    assert tree.attributes == {"role", "lang", "dir"}
    svg = ET.fromstring(explained.to_svg())
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} == {"svg", "style", "path", "text"}
    assert [text.text for text in rows(explained.to_svg())] == [str(clause.said) for clause in explained.clauses]


@BOTH
@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_changes_the_direction_of_what_is_around_it(value: str, language: str) -> None:
    text = str(explain(User.Name == value, language=language))
    assert not {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f\u061c"} & {*text}
    assert text.count("\u2068") == text.count("\u2069") == (language == "fa")


@given(value=st.text().filter(lambda text: unsafe_character(text) is None))
def test_every_value_makes_a_picture_that_can_be_read(value: str) -> None:
    explained = explain(User.Name == value)
    assert [text.text for text in rows(explained.to_svg())] == [str(explained)]
    assert Tree(explained.to_html()).items == [[0, explained.clauses[0].said.plain]]
