"""The colours in the box: the same tokens as Python reads, for every conformance case that it can read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from re import ASCII

import lark

from browser.filter_box import FilterBox
from deltasib_query.language.terminals import grammar

CONFORMANCE = Path(__file__).parents[2] / "grammar/conformance"
Token = tuple[str, str]

COLOURED = """({ shadowRoot }, texts) => texts.map((text) => {
    shadowRoot.host.value = text;
    const found = [];
    const walker = document.createTreeWalker(shadowRoot.querySelector(".cm-line"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const token = walker.currentNode.parentElement.closest("[class^=token-]");
        if (token) found.push([token.className.slice("token-".length), walker.currentNode.data]);
    }
    return found;
})"""


def test_they_are_those_of_the_grammar(box: Callable[..., FilterBox]) -> None:
    expected = {text: tokens for text in _texts() if (tokens := _read(text)) is not None}
    assert len(expected) > 300
    opened = box('assist="off"')
    found = opened.element.evaluate(COLOURED, list(expected))
    for (text, tokens), coloured in zip(expected.items(), found, strict=True):
        assert _joined(coloured) == tokens, text


def _texts() -> Iterator[str]:
    for name in ("accept", "reject"):
        for line in (CONFORMANCE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["filter"]
            if len(text) < 2000 and not {"\r", "\n"} & set(text):  # the box has one line
                yield text


@cache
def _lexer() -> lark.Lark:
    return lark.Lark(grammar(), parser="lalr", lexer="basic", g_regex_flags=ASCII)


def _read(text: str) -> list[Token] | None:
    try:
        tokens = [(token.type.strip("_").lower(), str(token)) for token in _lexer().lex(text)]
    except lark.UnexpectedCharacters:
        return None
    return _joined([("parenthesis" if name in {"lpar", "rpar"} else name, part) for name, part in tokens])


def _joined(parts: list[Token] | list[list[str]]) -> list[Token]:
    """Return tokens of one kind that follow each other as one: a text with its quotes is in three pieces in the box."""
    return [(name, "".join(part for _, part in group)) for name, group in groupby(parts, key=lambda part: part[0])]


def test_what_is_not_closed_is_a_text_to_its_end(box: Callable[..., FilterBox]) -> None:
    opened = box('assist="off"')
    opened.value = "Name = 'x and y"
    assert "".join(opened.content.locator(".token-open").all_inner_texts()) == "'x and y"
