"""The fuzzer's promises without the fuzzer: on the conformance cases, on mutations of them, on all that was found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deltasib_query import Limits, User
from deltasib_query.service.objects import RECORDS
from fuzz.invariants import LIMITS, Case, hold, seeds
from strategies import damaged, random_texts

HERE = Path(__file__).parent
FOUND = sorted(path for path in (HERE / "found").iterdir() if path.name != "README.md")
SEEDS = list(seeds())
WORDS = [
    word.encode("latin-1").decode("unicode_escape").encode("latin-1")
    for word in re.findall(r'^"(.*)"$', (HERE / "filters.dict").read_text(encoding="ascii"), re.MULTILINE)
]


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A conformance case with a few words of the dictionary put in, in place of something or of nothing."""
    data = draw(st.sampled_from(SEEDS)).written()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.sampled_from([start, start + 1, start + 4, len(data)]))
        data = data[:start] + draw(st.sampled_from([b"", *WORDS])) + data[end:]
    return data


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_stays_mended(path: Path) -> None:
    hold(Case.read(path.read_bytes()))


def test_the_promises_hold_for_every_conformance_case() -> None:
    for case in SEEDS:
        hold(case)


@given(mutations())
def test_the_promises_hold_for_mutations(data: bytes) -> None:
    hold(Case.read(data))


@given(random_texts() | damaged().map(lambda pair: pair[0]), st.sampled_from(RECORDS), st.sampled_from(LIMITS))
def test_the_promises_hold_for_any_text(text: str, record: type, limits: Limits | None) -> None:
    hold(Case(text, record, limits, repair=True))


@given(random_texts(), st.sampled_from(RECORDS), st.sampled_from(LIMITS), st.booleans())
@example("\ud800\udc00", User, None, True)
def test_a_case_is_written_as_it_is_read(text: str, record: type, limits: Limits | None, repair: bool) -> None:
    case = Case(text, record, limits, repair)
    assert Case.read(case.written()) == case


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\x00", ""),
        (b"\x00Name = '\xd8\xb9\xd9\x84\xdb\x8c'", "Name = 'علی'"),
        (b"\x00\xed\xa0\x80", "\ud800"),
        (b"\x00a\xff", "a\udcff"),
    ],
)
def test_any_bytes_are_a_case(data: bytes, text: str) -> None:
    assert Case.read(data) == Case(text, User, None, repair=False)
