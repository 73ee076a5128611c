"""The sentences in the files: the same in both languages, all of them used, and written as people write."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import deltasib_query
from deltasib_query.cli.page.words import page_words
from deltasib_query.language.terminals import terminals
from deltasib_query.messages.message import LANGUAGES, Message, sentences

SOURCE = Path(deltasib_query.__file__).parent
ENGLISH, PERSIAN = sentences("en"), sentences("fa")
PLACEHOLDER = re.compile(r"\{(\w+)(:,)?\}")
CODE = re.compile(r"`[^`]*`")
OTHER_IN_PERSIAN = {"problem.place", "unclosed-parenthesis", "unclosed-parenthesis.several", "character"}
"""Columns mean nothing where lines run both ways: people see the mark. And of a character they see itself, no name."""
NO_SENTENCES = {"separator", "numerals"}


def parameters(sentence: str) -> set[str]:
    return {name for name, _ in PLACEHOLDER.findall(sentence)}


def words_of_ours(sentence: str) -> str:
    """Return a sentence with a sign in the place of each code and parameter."""
    return PLACEHOLDER.sub("●", CODE.sub("●", sentence))


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (str(path.relative_to(SOURCE)), ast.parse(path.read_text("utf-8"))) for path in sorted(SOURCE.rglob("*.py"))
    )


def made() -> Iterator[tuple[str, ast.expr, ast.Call]]:
    """Yield where each message is made, its key as it stands in the code, and the call."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
                yield f"{name}:{node.lineno}", node.args[0], node


def pattern(key: ast.JoinedStr) -> re.Pattern[str]:
    """Return the expression of the keys that an f-string can be."""
    parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in key.values)
    return re.compile("".join(parts))


def test_no_key_is_in_two_files() -> None:
    for language in LANGUAGES:
        keys: list[str] = []
        for path in sorted((SOURCE / "messages" / language).iterdir()):
            pairs = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
            keys += [key for key, _ in pairs]
        assert sorted(keys) == sorted(set(keys)) == sorted(sentences(language))


def test_b16_both_languages_have_every_sentence_with_the_same_parameters() -> None:
    assert set(ENGLISH) == set(PERSIAN)
    others = {key for key, sentence in ENGLISH.items() if parameters(sentence) != parameters(PERSIAN[key])}
    assert others == OTHER_IN_PERSIAN


def test_every_message_that_is_made_has_its_sentence_and_its_parameters() -> None:
    for place, expression, call in made():
        keys = [node.value for node in ast.walk(expression) if isinstance(node, ast.Constant)]
        if isinstance(expression, ast.JoinedStr):
            assert any(pattern(expression).fullmatch(key) for key in ENGLISH), place
        elif isinstance(expression, ast.Constant | ast.IfExp):
            given = {keyword.arg for keyword in call.keywords}
            for key in keys:
                if isinstance(key, str):
                    assert key in ENGLISH, (place, key)
                    assert given == parameters(ENGLISH[key]) | parameters(PERSIAN[key]), (place, key)


def test_every_sentence_is_used() -> None:
    written = {node.value for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    made_of_parts = [pattern(key) for _, key, _ in made() if isinstance(key, ast.JoinedStr)]
    unused = [key for key in ENGLISH if key not in written and not any(p.fullmatch(key) for p in made_of_parts)]
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_b16_people_read_neither_backticks_nor_names_of_terminals_nor_marks_of_sources(language: str) -> None:
    unreadable = re.compile(rf"`|\[wild\]|\[guide\]|\b(?:{'|'.join(terminals())}|LPAR|RPAR)\b|\$END")
    for key, sentence in sentences(language).items():
        every = {name: 5 if separated else "x" for name, separated in PLACEHOLDER.findall(sentence)}
        assert not unreadable.search(Message(key, **every).said(language).plain), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_have_no_blanks_around_them_and_no_full_stop(language: str) -> None:
    for key, sentence in sentences(language).items():
        if key not in NO_SENTENCES:
            assert sentence == sentence.strip(), key
            assert not sentence.endswith("."), key


@pytest.mark.parametrize(
    ("key", "sentence"),
    [each for each in (*PERSIAN.items(), *page_words("fa").items()) if each[0] not in NO_SENTENCES],
)
def test_b16_persian_is_written_as_persian(key: str, sentence: str) -> None:
    ours = words_of_ours(sentence)
    assert not re.search(r"[A-Za-z]", ours), "no Latin letters outside of code"
    assert not re.search(r"[يىكةۀھٔ٠-٩0-9ـ]", ours), "the letters and digits of Persian, not of Arabic"
    assert not re.search(r"[,;?\"“”'’]", ours), "، ؛ ؟ and «»"
    assert ours.count("«") == ours.count("»"), "quotes are closed"
    assert not re.search(r"\bن?می (?=[آ-ی])", ours), "می‌ is joined to its verb by a joiner"
    assert set(re.findall(r"\bن?می[آ-ی]+", ours)) <= {"میان", "میزبان", "میلادی"}, "and not without one"
    assert not re.search(r" (?:ها|های|هایی|هایش|تر|ترین|ام|اند)\b", ours), "endings have a joiner, not a blank"
    assert not re.search(r"\u200c(?![آ-ی])|(?<![آ-یَ-ْٔ])\u200c", ours), "a joiner stands between two letters"
    assert not re.search(r" [،؛:.»)]|[«(] |[،؛:](?! |$)|  ", ours), "a blank behind a comma, none before it"
