"""Excerpts: the line, and the marks under the very columns. All columns are counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deltasib_query.language.excerpts import invisible, locate, name, shortened
from deltasib_query.messages.message import Message
from deltasib_query.messages.said import for_no_reader
from deltasib_query.problems import Problem, Span


def _placed(text: str, start: int, end: int) -> Problem:
    return locate(Problem(Message("empty"), Span(start, end)), text)


def _excerpt(text: str, start: int, end: int) -> list[str]:
    return _placed(text, start, end).excerpt.split("\n")


def test_the_marks_stand_under_the_place() -> None:
    assert _excerpt("User_Id != 5", 8, 10) == [
        "  User_Id != 5",
        "          ^^",
    ]


def test_a_place_without_width_gets_one_mark() -> None:
    assert _excerpt("a =", 3, 3) == [
        "  a =",
        "     ^",
    ]


def test_an_empty_text_has_an_excerpt() -> None:
    assert _excerpt("", 0, 0) == ["  ", "  ^"]


def test_persian_letters_take_a_column_each_and_are_kept_from_reordering() -> None:
    # Before the mark: Name = ' is 8 columns, the three letters 3, quote and space 2.
    assert _excerpt("Name = 'علی' y", 13, 14) == [
        "  Name = '\u2068علی\u2069' y",
        "  " + " " * 13 + "^",
    ]


def test_a_persian_phrase_is_kept_together() -> None:
    assert _excerpt("Name = 'رضا زاده' y", 18, 19) == [
        "  Name = '\u2068رضا زاده\u2069' y",
        "  " + " " * 18 + "^",
    ]


def test_marks_within_persian_letters() -> None:
    assert _excerpt("'علی'", 2, 3) == [
        "  '\u2068ع\u2069\u2068ل\u2069\u2068ی\u2069'",
        "    ^",
    ]


def test_persian_digits_take_a_column_each() -> None:
    assert _excerpt("User_Id = ۱۲۳", 10, 13)[1] == "  " + " " * 10 + "^^^"


def test_wide_characters_take_two_columns() -> None:
    assert _excerpt("名前 = 1", 3, 4) == [
        "  名前 = 1",
        "       ^",
    ]
    assert _excerpt("a 名 b", 2, 3)[1] == "    ^^"


def test_combining_marks_take_no_column() -> None:
    assert _excerpt("e\u0301te\u0301 = 1", 6, 7) == [
        "  e\u0301te\u0301 = 1",
        "      ^",
    ]


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\u200c", "<U+200C>"),
        ("\u00a0", "<U+00A0>"),
        ("\ufeff", "<U+FEFF>"),
        ("\u200f", "<U+200F>"),
        ("\u2028", "<U+2028>"),
        ("\x00", "<U+0000>"),
        ("\x0b", "<U+000B>"),
        ("\x7f", "<U+007F>"),
        ("\x85", "<U+0085>"),
        ("\ud800", "<U+D800>"),
    ],
)
def test_what_cannot_be_seen_is_written_out(character: str, shown: str) -> None:
    assert _excerpt(f"a{character}= 1", 1, 2) == [
        f"  a{shown}= 1",
        "   ^^^^^^^^",
    ]
    assert _excerpt(f"a{character}= 1", 2, 3) == [
        f"  a{shown}= 1",
        "           ^",
    ]


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize("before", ["ک", "ي", "کَ"])
def test_a_joiner_within_a_persian_word_is_shown_as_it_is(joiner: str, before: str) -> None:
    word = f"ن{before}{joiner}پور"
    assert _excerpt(f"'{word}' y", len(word) + 3, len(word) + 4) == [
        f"  '\u2068{word}\u2069' y",
        "  " + " " * 8 + "^",
    ]
    assert shortened(word) == word


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("'نیک\u200c'", "'نیک<U+200C>'"),
        ("'\u200cنیک'", "'<U+200C>نیک'"),
        ("نیک\u200c\u200cپور", "نیک<U+200C><U+200C>پور"),
        ("نیک\u200c پور", "نیک<U+200C> پور"),
        ("a\u200cپور", "a<U+200C>پور"),
        ("ש\u200cש", "ש<U+200C>ש"),
        ("۵\u200c۵", "۵<U+200C>۵"),
        ("نیک\u200bپور", "نیک<U+200B>پور"),
    ],
)
def test_a_joiner_anywhere_else_is_written_out(text: str, shown: str) -> None:
    assert for_no_reader(_excerpt(text, 0, 0)[0]) == f"  {shown}"
    assert shortened(text) == shown


def test_a_joiner_that_is_marked_is_written_out() -> None:
    assert for_no_reader("\n".join(_excerpt("نیک\u200cپور", 3, 4))) == "  نیک<U+200C>پور\n     ^^^^^^^^"


def test_a_joiner_where_a_text_is_cut_is_within_its_word() -> None:
    assert for_no_reader(_excerpt(" " * 34 + "نیک\u200cپور" * 20, 77, 78)[0]).startswith("  …\u200cپورنیک")
    assert shortened("x" * 36 + "نیک\u200cپور") == "x" * 36 + "نیک\u200c…"
    assert for_no_reader(_excerpt("نیک\u200c" * 30, 0, 120)[0]) == "  " + "نیک\u200c" * 19 + "…"


def test_a_character_beyond_the_basic_plane_is_written_out_in_full() -> None:
    assert _excerpt("a\U000e0001= 1", 1, 2) == [
        "  a<U+E0001>= 1",
        "   ^^^^^^^^^",
    ]


def test_tabs_and_carriage_returns_are_shown_as_spaces() -> None:
    assert _excerpt("a\t=\r!", 4, 5) == [
        "  a = !",
        "      ^",
    ]


def test_only_the_line_of_the_place_is_shown() -> None:
    placed = _placed("User_Id = 1\nand x ! 2\nor y = 3", 18, 19)
    assert (placed.line, placed.column) == (2, 7)
    assert placed.excerpt.split("\n") == [
        "  and x ! 2",
        "        ^",
    ]


def test_lines_may_end_with_carriage_return_and_line_feed() -> None:
    placed = _placed("a = 1\r\nb ! 2", 9, 10)
    assert (placed.line, placed.column) == (2, 3)
    assert placed.excerpt.split("\n")[1] == "    ^"


def test_a_place_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    placed = _placed("ab\ncd\nef", 1, 7)
    assert (placed.line, placed.column) == (1, 2)
    assert placed.excerpt.split("\n") == ["  ab", "   ^"]


def test_the_end_of_a_text_that_ends_with_a_line_feed_is_on_the_next_line() -> None:
    placed = _placed("a =\n", 4, 4)
    assert (placed.line, placed.column) == (2, 1)
    assert placed.excerpt.split("\n") == ["  ", "  ^"]


def test_the_line_feed_itself_belongs_to_the_line_that_it_ends() -> None:
    placed = _placed("ab\ncd", 2, 3)
    assert (placed.line, placed.column) == (1, 3)
    assert placed.excerpt.split("\n") == ["  ab", "    ^"]


def test_a_long_line_is_cut_on_both_sides() -> None:
    text = "".join(chr(ord("a") + i % 26) for i in range(200))
    assert _excerpt(text, 100, 101) == [
        "  …" + text[60:136] + "…",
        "  " + " " * 41 + "^",
    ]


def test_a_long_line_is_not_cut_where_it_fits() -> None:
    assert _excerpt("x" * 76, 0, 1) == ["  " + "x" * 76, "  ^"]
    assert _excerpt("x" * 77, 0, 1)[0] == "  " + "x" * 76 + "…"


def test_a_long_place_is_marked_as_far_as_it_is_shown() -> None:
    assert _excerpt("x" * 200, 0, 200) == ["  " + "x" * 76 + "…", "  " + "^" * 76]


def test_the_end_of_a_long_line() -> None:
    assert _excerpt("x" * 200, 200, 200) == ["  …" + "x" * 40, "  " + " " * 41 + "^"]


def test_a_long_run_of_invisible_characters_stays_short() -> None:
    line, marks = _excerpt("a" + "\u200b" * 100_000, 1, 100_001)
    assert line == "  a" + "<U+200B>" * 75 + "…"
    assert marks == "   " + "^" * 600


def test_nothing_else_of_a_problem_is_touched() -> None:
    problem = Problem(Message("empty"), Span(1, 2), "warning", "found", ("a", "b"))
    placed = locate(problem, "abc")
    assert replace(placed, line=1, column=1, excerpt="") == problem
    assert placed.text == "abc"


@pytest.mark.parametrize("character", list(" \t\r\naی۱'名é😀\u0301"))
def test_what_can_be_seen(character: str) -> None:
    assert not invisible(character)


@pytest.mark.parametrize(
    "character", list("\x00\x0b\x0c\x1f\x7f\x85\u00a0\u00ad\u200b\u200c\u200e\u2028\u202e\u2069\u3000\ufeff\ud800")
)
def test_what_cannot_be_seen(character: str) -> None:
    assert invisible(character)


@pytest.mark.parametrize(
    ("character", "words"),
    [
        ("\u200c", "U+200C ZERO WIDTH NON-JOINER"),
        ("ی", "U+06CC ARABIC LETTER FARSI YEH"),
        ("\u212a", "U+212A KELVIN SIGN"),
        ("\x00", "U+0000"),
        ("\ud800", "U+D800"),
        ("😀", "U+1F600 GRINNING FACE"),
    ],
)
def test_a_character_is_named(character: str, words: str) -> None:
    assert str(name(character)) == words
