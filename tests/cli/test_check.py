"""`check` and `fields`: what is printed where, and the exit status."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from deltasib_query.service.objects import RECORDS

from .conftest import COMMAND, Run, environment


def test_a_valid_filter_is_printed_in_its_canonical_text(run: Run) -> None:
    done = run("check", "user", "username='علی' AND(user_id>=5)")
    assert (done.status, done.out, done.err) == (0, "Username = 'علی' and User_Id >= 5\n", "")


def test_a_wrong_filter_is_explained_on_standard_error(run: Run) -> None:
    done = run("check", "user", "Usernme = 'ali'")
    assert (done.status, done.out) == (1, "")
    assert "error unknown-field: user has no field `Usernme` (line 1, column 1)" in done.err


def test_everything_that_is_wrong_is_explained(run: Run) -> None:
    done = run("check", "user", "Usernme = 'ali' and User_Id = 'x'")
    assert [line.split(":")[0] for line in done.err.splitlines() if line.startswith("error")] == [
        "error unknown-field",
        "error not-a-number",
    ]


def test_the_place_is_marked_below_the_text(run: Run) -> None:
    lines = run("check", "user", "User_Id = 5 and Usernme = 'ali'").err.splitlines()
    marked = next(number for number, line in enumerate(lines) if "User_Id = 5 and Usernme" in line)
    assert lines[marked].index("Usernme") == lines[marked + 1].index("^")


def test_a_filter_from_standard_input(run: Run) -> None:
    done = run("check", "user", "-", stdin="Name = 'علی'\n".encode())
    assert (done.status, done.out) == (0, "Name = 'علی'\n")


def test_bytes_on_standard_input_that_are_not_utf8(run: Run) -> None:
    done = run("check", "user", "-", stdin=b"Name = '\xff'")
    assert (done.status, done.out) == (1, "")
    assert "unsafe-character" in done.err


def test_an_argument_that_is_not_utf8(run: Run) -> None:
    done = run("check", "user", b"Name = '\xff'")
    assert (done.status, done.out) == (1, "")
    assert "unsafe-character" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("stdin", "code"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"\0", "invisible-character"),
        (b"Name = 'a\0b'", "unsafe-character"),
        (b"\xff\xfe", "empty"),  # a byte order mark, and nothing behind it
        (b"\xed\xa0\x80", "invisible-character"),
        (b"\x1b]0;x\x07", "invisible-character"),
        (b"[/red]", "no-field"),
        (b"(" * 200_000, "text-too-long"),
        (b"\0" * 3_000_000, "text-too-long"),
    ],
)
def test_hostile_bytes_on_standard_input_are_explained(run: Run, stdin: bytes, code: str) -> None:
    done = run("check", "user", "-", stdin=stdin)
    assert (done.status, done.out) == (1, "")
    assert f"error {code}: " in done.err
    assert "Traceback" not in done.err
    assert not {"\0", "\x1b", "\x07"} & set(done.err)


def test_standard_input_that_never_ends_is_too_long(run: Run) -> None:
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            [COMMAND, "check", "user", "-"], stdin=endless, capture_output=True, env=environment(), timeout=60
        )
    assert done.returncode == 1
    assert b"the filter has 1,048,576 bytes, 8,192 are allowed" in done.stderr


@pytest.mark.parametrize(
    "argument", ["", " ", "'", "\\", "[bold]", "[/]", "Name = '[/]\\", "(" * 100_000, "\ud7ff\ue000"]
)
def test_hostile_arguments_are_explained(run: Run, argument: str) -> None:
    done = run("check", "user", argument)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("error ")


def test_what_looks_like_an_emoji_code_or_markup_is_shown_as_it_is(run: Run) -> None:
    done = run("check", "user", "Name = :warning: or Name = '[bold]'")
    assert "  Name = :warning: or Name = '[bold]'\n" in done.err


def test_an_object_that_is_not_utf8(run: Run) -> None:
    done = run("check", b"us\xffer", "User_Id = 1")
    assert done.status == 2
    assert "Traceback" not in done.err


def test_a_repair_is_shown_and_not_made(run: Run) -> None:
    done = run("check", "user", "Username == 09121234567")
    assert (done.status, done.out) == (1, "")
    assert "write  '09121234567'" in done.err


def test_repairs_are_made_when_asked_for(run: Run) -> None:
    done = run("check", "--repair", "user", "Username == 09121234567")
    assert (done.status, done.out) == (0, "Username = '09121234567'\n")
    assert "repaired" in done.err
    assert "error" not in done.err


def test_a_repair_that_is_not_certain_is_not_made(run: Run) -> None:
    done = run("check", "--repair", "service", "ISEnable = 1")
    assert (done.status, done.out) == (1, "")
    assert "error not-yes-or-no" in done.err


def test_a_warning_does_not_make_a_filter_wrong(run: Run) -> None:
    done = run("check", "user", "Username like '%ali'")
    assert (done.status, done.out) == (0, "Username like '%ali'\n")
    assert done.err.startswith("warning leading-wildcard: ")


def test_the_repair_of_a_warning_is_not_made(run: Run) -> None:
    done = run("check", "--repair", "user", "User_Id = 1 or User_Id = 2 and Name = 'x'")
    assert done.out == "(User_Id = 1 or (User_Id = 2 and Name = 'x'))\n"
    assert done.err.startswith("warning mixed-and-or: ")


def test_json_of_a_valid_filter(run: Run) -> None:
    done = run("check", "--json", "user", "user_id=5")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == {"valid": True, "canonical": "User_Id = 5", "problems": []}


def test_json_of_a_wrong_filter(run: Run) -> None:
    done = run("check", "--json", "user", "Name = 'x' and Username = 0912")
    found = json.loads(done.out)
    assert (done.status, done.err) == (1, "")
    assert (found["valid"], found["canonical"]) == (False, None)
    [problem] = found["problems"]
    assert (problem["code"], problem["severity"], problem["start"], problem["end"], problem["column"]) == (
        "number-for-text",
        "error",
        26,
        30,
        27,
    )
    assert problem["repair"] == {"start": 26, "end": 30, "replacement": "'0912'", "certain": True}


def test_json_of_a_repaired_filter(run: Run) -> None:
    done = run("check", "--json", "--repair", "user", "Username = 0912")
    found = json.loads(done.out)
    assert (done.status, found["valid"], found["canonical"]) == (0, True, "Username = '0912'")
    assert [problem["code"] for problem in found["problems"]] == ["number-for-text"]


def test_json_is_one_line_of_ascii(run: Run) -> None:
    done = run("check", "--json", "user", "Name = 'علی'")
    assert done.out.count("\n") == 1
    assert done.out.isascii()


def test_brackets_in_a_filter_are_no_markup(run: Run) -> None:
    done = run("check", "user", "Name = '[bold]x[/bold]' and Nam = '[red]'")
    assert "Name = '[bold]x[/bold]' and Nam = '[red]'" in done.err


def test_objects_in_any_case(run: Run) -> None:
    assert run("check", "USER.payment", "Price < 0").out == "Price < 0\n"


def test_an_unknown_object(run: Run) -> None:
    done = run("check", "users", "User_Id = 1")
    assert (done.status, done.out) == (2, "")
    assert "there is no object 'users'" in done.err


def test_no_command_shows_the_commands(run: Run) -> None:
    done = run()
    assert all(name in done.out + done.err for name in ("check", "fields", "list", "sandbox", "demo"))


def test_an_unknown_command(run: Run) -> None:
    done = run("chekc")
    assert (done.status, done.out) == (2, "")


def test_fields_of_an_object(run: Run) -> None:
    done = run("fields", "user")
    assert (done.status, done.err) == (0, "")
    assert "User_Id (key)" in done.out
    assert "text up to 32" in done.out
    assert "= <> < > <= >= like" in done.out
    assert "Service_Id" not in done.out


def test_fields_of_every_object(run: Run) -> None:
    done = run("fields")
    assert done.status == 0
    assert all(f"\n{record.service_object}" in f"\n{done.out}" for record in RECORDS)
    assert all(name in done.out for record in RECORDS for name in record.fields_by_name)


def test_answers_that_are_not_filtered_by(run: Run) -> None:
    assert "in responses, but not in filters: ServiceStatus, ServiceName," in run("fields", "user/creditinfo").out


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be-marked"])
def test_what_windows_writes_on_standard_input(run: Run, encoding: str) -> None:
    text = "Name = 'علی' and User_Id => 5\r\n"
    stdin = b"\xfe\xff" + text.encode("utf-16-be") if encoding.endswith("marked") else text.encode(encoding)
    found = json.loads(run("check", "user", "-", "--json", "--repair", stdin=stdin).out)
    assert found["canonical"] == "Name = 'علی' and User_Id >= 5"
    assert [(problem["start"], problem["column"]) for problem in found["problems"]] == [(25, 26)]


@pytest.mark.parametrize("stdin", [b"\xff\xfea", "Name = 'x'".encode("utf-16-le")[:-1]])
def test_half_a_letter_of_utf16_is_told(run: Run, stdin: bytes) -> None:
    done = run("check", "user", "-", stdin=stdin)
    assert (done.status, done.out) == (2, "")
    assert "standard input is not UTF-16: truncated data" in done.err


def test_half_a_pair_of_utf16_is_explained(run: Run) -> None:
    done = run("check", "user", "-", stdin="Name = 'x\ud83d'".encode("utf-16-le", "surrogatepass"))
    assert (done.status, done.out) == (1, "")
    assert "unsafe-character" in done.err
