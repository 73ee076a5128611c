"""The files of words: the same in both languages, and Persian as its readers write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from deltasib_query.assist.words import words
from deltasib_query.messages.message import LANGUAGES

ENGLISH, PERSIAN = (asdict(words(language)) for language in LANGUAGES)


def paths(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a file of words, and where it stands."""
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from paths(value, f"{path} / {key}" if path else key)
    else:
        for value in node:
            yield from paths(value, path)


PERSIAN_TEXTS = [*paths(PERSIAN)]


def test_both_languages_have_words_for_the_same_things() -> None:
    of_kinds = {"sentences / number =", "sentences / number <>"}  # Persian has words of their own for these
    english, persian = ({path for path, _ in paths(file)} for file in (ENGLISH, PERSIAN))
    assert persian - english == of_kinds | {"months"}
    assert english - persian == set()
    assert len(PERSIAN["months"]) == 12


@pytest.mark.parametrize("relation", PERSIAN["sentences"])
def test_a_sentence_has_the_same_placeholders_in_both_languages(relation: str) -> None:
    english = ENGLISH["sentences"].get(relation) or ENGLISH["sentences"][relation.split()[-1]]
    found = [sorted(re.findall(r"\{.*?\}", text)) for text in (english, PERSIAN["sentences"][relation])]
    assert found[0] == found[1]
    assert "{field}" in found[0]


@pytest.mark.parametrize(("path", "text"), PERSIAN_TEXTS, ids=[path for path, _ in PERSIAN_TEXTS])
def test_persian_is_written_as_its_readers_write_it(path: str, text: str) -> None:
    plain = re.sub(r"\{(field|value|low|high)\}", "", text)
    # No ي, no ك, no hamza above, nothing Latin; Persian digits, comma and quotation marks.
    assert re.fullmatch("[آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئ\u200c «»،:۰-۹٫٬]+", plain)
    assert not re.search(r"\u200c(?![آ-ی])|(?<![آ-ی])\u200c", plain)
    assert not re.search(r"\bن?می |ه ها\b|\bهیچ یک", plain)  # these take a ZWNJ
    assert path.startswith("phrases") or not re.search(r"  |^ | \Z", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quotation_has_two_different_marks(language: str) -> None:
    phrases = words(language).phrases
    assert phrases["open"] != phrases["close"]
