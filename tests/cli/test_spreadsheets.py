"""CSV for people: `--excel`; and numbers as everybody writes them."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltasib_query import Service, User, UserPayment
from deltasib_query.cli.formats import Format, formatter
from deltasib_query.filters.record import Record
from deltasib_query.sandbox.server import Sandbox

from .conftest import Run, account


def excel(rows: Sequence[Record], *names: str) -> str:
    return formatter(Format.csv, names, excel=True).rows(rows)


def cell(text: str) -> str:
    """Return the cell of a text as a program reads it."""
    written = excel([User.from_row({"Name": text})], "Name")
    assert written.startswith("\ufeffName\n")
    (row,) = csv.reader(io.StringIO(written.partition("\n")[2], newline=""))
    return row[0]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+98912", "-5", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1",
        "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("http://x/?"&A1)', "\tx", "\rx",
    ],
)  # fmt: skip
def test_a_text_that_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert cell(text) == f"'{text}" or cell(text).replace("'", "") == text.replace("'", "")
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["a;=1+1", "a\t=1+1", "a\n=1+1", "a; =1", "a;@x"])
def test_what_would_begin_a_cell_where_cells_are_cut_elsewhere(text: str) -> None:
    assert cell(text) == f"{text[:2]}'{text[2:]}"


@pytest.mark.parametrize("text", ["", "ali", "a=b", "a-b", "a@b.example", "1-2", "'", "علی", "a, =b", "پلاک ۱۲-۳"])
def test_any_other_text_stays(text: str) -> None:
    assert cell(text) == text


@given(st.text())
def test_a_cell_has_its_text_and_nothing_that_runs(text: str) -> None:
    found = cell(text.replace("\x00", ""))
    assert found.replace("'", "") == text.replace("\x00", "").replace("'", "")
    assert not found.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("character", ["\t", ";", " ", "=", "\t "])
def test_a_long_text_takes_no_longer_than_others(character: str) -> None:
    began = time.monotonic()
    assert len(excel([User.from_row({"Name": character * 100_000})], "Name")) > 100_000
    assert time.monotonic() - began < 30


def test_numbers_stay_numbers() -> None:
    rows = [UserPayment.from_row({"Price": "-5", "Paybalance": "-1200.50", "Creator_Id": 7})]
    assert excel(rows, "Price", "Paybalance", "Creator_Id").endswith("\n-5,-1200.50,7\n")


@pytest.mark.parametrize(
    ("answered", "written"),
    [
        ("0.0000000000", "0.0000000000"), ("-0.00000001", "-0.00000001"), (1e-7, "0.0000001"), (1e22, "1" + "0" * 22),
        (0, "0"), ("150,000", "150000"), (Decimal("1E+3"), "1000"),
    ],
)  # fmt: skip
def test_a_price_has_no_exponent(answered: object, written: str) -> None:
    row = Service.from_row({"Price": answered})
    assert formatter(Format.csv, ["Price"], excel=False).rows([row]) == f"Price\n{written}\n"
    assert json.loads(formatter(Format.ndjson, ["Price"], excel=False).rows([row])) == {"Price": written}
    assert formatter(Format.table, ["Price"], excel=False).rows([row]).endswith(f"\n{written}\n")


@pytest.mark.heavy
def test_a_spreadsheet_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    users = [{"User_Id": id, "Name": name} for id, name in enumerate(["=1", "علی", "-5"])]
    rows: Mapping[type[Record], Sequence[Mapping[str, object]]] = {User: users}
    with Sandbox(rows=rows) as sandbox:
        asked = ("list", "user", "--fields", "Name", "--excel", "--page-size", "1")
        done = run(*asked, "--output", str(path), "--checkpoint", str(tmp_path / "checkpoint"), **account(sandbox))
        assert done.status == 0
        assert run(*asked, "--format", "csv", **account(sandbox)).out == path.read_text("utf-8")
    assert path.read_bytes() == "\ufeffUser_Id,Name\n0,'=1\n1,علی\n2,'-5\n".encode()
