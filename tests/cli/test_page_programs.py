"""The command line for PowerShell, which no test can run: it is read back by PowerShell's rule for quotes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import User
from deltasib_query.cli.page.lists import ListRequest
from deltasib_query.cli.page.programs import powershell_line

QUOTES = "'\u2018\u2019\u201a\u201b"
"""PowerShell takes each of them for a single quote."""
WORD = re.compile(rf"([\w.-]+)|[{QUOTES}]((?:[^{QUOTES}]|[{QUOTES}]{{2}})*)[{QUOTES}]", re.ASCII)


def read(line: str) -> list[str]:
    """Return the words that PowerShell reads: in single quotes two of them are one, and nothing else is special."""
    words, place = [], 0
    while place < len(line):
        word = WORD.match(line, place)
        assert word, line[place:]
        words.append(word[1] or re.sub(f"([{QUOTES}])[{QUOTES}]", r"\1", word[2]))
        place = word.end()
        assert line[place : place + 1] in {"", " "}
        place += 1
    return words


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (ListRequest(list="User"), "deltasib-query list user"),
        (
            ListRequest(list="User", filter="family='کریمی' and username like '09%'"),
            "deltasib-query list user --filter 'Family = ''کریمی'' and Username like ''09%'''",
        ),
        (
            ListRequest(list="User", filter="Name = 'O''Reilly’s $x`'"),
            "deltasib-query list user --filter 'Name = ''O''''Reilly’’s $x`'''",
        ),
        (
            ListRequest(list="User", filter="User_Id = 5", fields=("User_Id", "Name")),
            "deltasib-query list user --filter 'User_Id = 5' --fields 'User_Id,Name'",
        ),
        (ListRequest(list="UserPayment", user_id="7"), "deltasib-query list User.payment --for-user-id 7"),
        (ListRequest(list="User", filter="Name = '\"'"), None),
    ],
)
def test_texts_are_in_single_quotes_with_quotes_doubled(asked: ListRequest, line: str | None) -> None:
    assert powershell_line(asked) == line


@given(st.text(st.sampled_from([*QUOTES, "$", "`", " ", "@", "%", ";", "ع", "x"]), max_size=12))
def test_powershell_reads_the_filter(name: str) -> None:
    filter = User.Name == name
    line = powershell_line(ListRequest(list="User", filter=str(filter)))
    assert line is not None
    assert read(line) == ["deltasib-query", "list", "user", "--filter", str(filter)]
