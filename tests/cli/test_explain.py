"""`explain`: what is printed in which form and language, and the exit status."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from .conftest import COMMAND, Run, environment
from .test_terminal import on_terminal

TEXT = "name = 'علی' and (user_id = 5 or family like '%x')"


def test_a_filter_is_explained_in_english(run: Run) -> None:
    done = run("explain", "user", "user_id >= 5 and username like 'ali%'")
    assert (done.status, done.out) == (0, "User id is at least 5 and Username starts with “ali”\n")


def test_a_filter_is_explained_in_persian_without_marks_in_a_pipe(run: Run) -> None:
    done = run("explain", "user", TEXT, "--language", "fa")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "همه این شرط‌ها:",
        "- نام «علی» باشد",
        "- حداقل یکی از این شرط‌ها:",
        "  - شناسه برابر با ۵ باشد",
        "  - نام خانوادگی به «x» ختم شود",
    ]


@pytest.mark.heavy
def test_a_terminal_gets_the_marks_that_keep_values_in_their_places() -> None:
    command = [COMMAND, "explain", "user", "user_id = 5", "--language", "fa"]
    assert on_terminal(command, env=environment())[:2] == (0, "شناسه برابر با \u2068۵\u2069 باشد\r\n")


def test_a_picture(run: Run) -> None:
    svg = ET.fromstring(run("explain", "user", TEXT, "--as", "svg").out)
    assert sum(element.tag.endswith("}text") for element in svg.iter()) == 5


def test_a_tree_for_a_page(run: Run) -> None:
    out = run("explain", "user", "Name = '<b>'", "--as", "html", "--language", "fa").out
    assert out.startswith('<ul role="tree" lang="fa" dir="rtl">')
    assert "<code>&lt;b&gt;</code>" in out


def test_a_filter_from_standard_input_is_explained(run: Run) -> None:
    assert run("explain", "user", "-", stdin="Name = 'علی'\n".encode()).out == "Name is “علی”\n"


def test_a_wrong_filter_is_not_explained(run: Run) -> None:
    done = run("explain", "user", "Usernme = 'ali'")
    assert (done.status, done.out) == (1, "")
    assert "error unknown-field: user has no field `Usernme` (line 1, column 1)" in done.err


def test_a_language_that_nobody_speaks_here(run: Run) -> None:
    done = run("explain", "user", "Name = 'x'", "--language", "de")
    assert (done.status, done.out) == (2, "")
