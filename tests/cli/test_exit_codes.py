"""The exit codes: one table, which the help and the pages have too."""

from __future__ import annotations

from pathlib import Path

import pytest

import deltasib_query
from deltasib_query import ColumnError, DeltasibQueryError, InvalidKeyError, ResumeError, TransportError, errors
from deltasib_query.cli.exit_codes import EXIT_CODES, exit_code
from deltasib_query.cli.streams import OutputError
from deltasib_query.messages.message import Message

from .conftest import Run

DOCUMENTED = {0: "done", 1: "the filter is wrong", 2: "the command cannot be run as it was given",
              3: "the service refused, or its response cannot be used", 4: "no response came",
              5: "the output could not be written", 130: "interrupted"}  # fmt: skip


def test_the_statuses_are_the_documented_ones() -> None:
    assert {status.number: status.meaning for status in EXIT_CODES} == DOCUMENTED


@pytest.mark.parametrize("command", [[], ["check"], ["list"]], ids=" ".join)
def test_the_help_has_them(run: Run, command: list[str]) -> None:
    lines = run(*command, "--help").out.splitlines()
    assert {f"  {number:<3}  {meaning}" for number, meaning in DOCUMENTED.items()} <= {line[2:] for line in lines}


EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DeltasibQueryError)]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_has_a_status(kind: type[DeltasibQueryError]) -> None:
    assert 1 <= exit_code(kind.__new__(kind)) <= 5


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (deltasib_query.FilterSyntaxError.__new__(deltasib_query.FilterSyntaxError), 1),
        (deltasib_query.ParameterError("url", Message("parameter.url")), 2),
        (deltasib_query.MissingExtraError("cli", "typer"), 2),
        (ResumeError(Message("resume.lost")), 2),
        (InvalidKeyError("", code=-2, status=401, object="auth", action="gettoken"), 3),
        (deltasib_query.UnexpectedResponseError("", code=None, status=503, object="user", action="list"), 3),
        (TransportError(Message("transport.closed")), 4),
        (OutputError("users.csv", "it is full"), 5),
        (ColumnError("Price", None, Message("column.cannot-hold", type="int64")), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_which_error_has_which(error: BaseException, status: int) -> None:
    assert exit_code(error) == status


def test_the_page_has_them() -> None:
    page = Path(__file__).parent.parent.parent / "docs" / "use" / "command.md"
    text = page.read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("| ") and line[2].isdigit()] == [
        f"| {number} | {meaning} |" for number, meaning in DOCUMENTED.items()
    ]
