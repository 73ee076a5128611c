"""`list` against a sandbox in the test's process."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from deltasib_query import User
from deltasib_query.sandbox.server import Sandbox

from .conftest import Run, account

ALI = "Username = 'ali'"


def test_a_table(ask: Run) -> None:
    done = ask("list", "user", "--filter", "User_Id <= 2", "--fields", "Username,Name")
    assert (done.status, done.err) == (0, "")
    assert [line.split() for line in done.out.splitlines()] == [
        ["User_Id", "Username", "Name"],
        ["───────", "───────────", "────"],
        ["1", "ali", "علی"],
        ["2", "09121234567", "مریم"],
    ]


def test_json(ask: Run) -> None:
    done = ask("list", "user", "--filter", "User_Id <= 2", "--fields", "Username", "--format", "json")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == [{"User_Id": 1, "Username": "ali"}, {"User_Id": 2, "Username": "09121234567"}]


def test_ndjson(ask: Run) -> None:
    done = ask("list", "user", "--filter", "User_Id <= 2", "--fields", "Name", "--format", "ndjson")
    assert done.out == '{"User_Id": 1, "Name": "علی"}\n{"User_Id": 2, "Name": "مریم"}\n'


def test_csv(ask: Run) -> None:
    done = ask("list", "user", "--filter", "User_Id = 3 or User_Id = 5", "--format", "csv")
    assert list(csv.reader(io.StringIO(done.out))) == [
        ["User_Id", "Username", "Name", "Family", "Address"],
        ["3", "sara_ahmadi", "سارا", "احمدی", ""],
        ["5", "conor.oreilly", "Conor", "O'Reilly", "Flat 50%, Main_Street"],
    ]


def test_a_value_of_several_lines_is_one_cell_of_csv(run: Run) -> None:
    values = ["a\rb", "a\r\nb", "a\nb\r", "\r", 'a "b", c']
    with Sandbox(rows={User: [{"User_Id": id, "Address": value} for id, value in enumerate(values)]}) as sandbox:
        done = run("list", "user", "--fields", "Address", "--format", "csv", **account(sandbox))
    assert [row[1] for row in csv.reader(io.StringIO(done.out, newline=""))] == ["Address", *values]


def test_values_of_other_types_as_json(ask: Run) -> None:
    fields = "VoucherDate,Price,User_PaymentCD"
    done = ask("list", "user.payment", "--for-user-id", "1", "--limit", "1", "--fields", fields, "--format", "json")
    assert json.loads(done.out) == [
        {
            "User_Payment_Id": 1,
            "VoucherDate": "2021-01-09",
            "Price": "150000",
            "User_PaymentCD": "2021-01-10T09:30:00",
        }
    ]


def test_yes_and_no_as_csv(ask: Run) -> None:
    done = ask("list", "service", "--limit", "2", "--fields", "UserChoosable", "--format", "csv")
    assert done.out == "Service_Id,UserChoosable\n1,Yes\n2,No\n"


@pytest.mark.parametrize(
    ("form", "printed"),
    [("json", "[]\n"), ("ndjson", ""), ("csv", "User_Id,Username,Name,Family,Address\n"), ("table", "")],
)
def test_no_rows(ask: Run, form: str, printed: str) -> None:
    done = ask("list", "user", "--filter", "User_Id = 0", "--format", form)
    assert (done.status, done.out, done.err) == (0, printed, "")


def test_all_rows_unless_limited(ask: Run) -> None:
    done = ask("list", "user", "--fields", "User_Id", "--page-size", "70", "--format", "csv")
    assert done.out.split() == ["User_Id", *map(str, range(1, 201))]


def test_a_limit_and_a_start(ask: Run) -> None:
    done = ask("list", "user", "--fields", "User_Id", "--limit", "3", "--start", "5", "--format", "csv")
    assert done.out.split() == ["User_Id", "6", "7", "8"]


def test_fields_in_any_case_and_with_spaces(ask: Run) -> None:
    done = ask("list", "user", "--fields", " name , USERNAME ", "--limit", "1", "--format", "csv")
    assert done.out == "User_Id,Name,Username\n1,علی,ali\n"


def test_who_is_online(ask: Run) -> None:
    done = ask("list", "radius", "--filter", "Online_RadiusUser_Id = 1", "--format", "ndjson")
    assert json.loads(done.out) == {
        "Online_RadiusUser_Id": 1,
        "User_Id": 1,
        "Nas_Id": 3,
        "NasPortId": "eth 1/0/12:100",
    }


def test_base_services_by_name(ask: Run) -> None:
    done = ask("list", "user.service.base", "--for-username", "ali", "--fields", "ServiceStatus", "--format", "csv")
    assert done.out == "User_ServiceBase_Id,ServiceStatus\n1,Used\n2,Active\n3,Pending\n4,Cancel\n"


def test_base_services_by_id(ask: Run) -> None:
    done = ask("list", "user.service.base", "--for-user-id", "1", "--fields", "ExtraDay", "--format", "csv")
    assert done.out == "User_ServiceBase_Id,ExtraDay\n1,0\n2,2\n3,0\n4,0\n"


def test_credit_by_id(ask: Run) -> None:
    done = ask("list", "user/creditinfo", "--for-user-id", "1", "--format", "ndjson")
    assert json.loads(done.out)["ServiceStatus"] == "Active"


def test_credit_by_filter(ask: Run) -> None:
    done = ask("list", "user/creditinfo", "--filter", ALI, "--format", "ndjson")
    assert json.loads(done.out)["User_Id"] == 1


def test_a_wrong_filter_is_explained_and_nothing_printed(ask: Run) -> None:
    done = ask("list", "user", "--filter", "Usernme = 'ali'")
    assert (done.status, done.out) == (1, "")
    assert "unknown-field" in done.err


def test_a_filter_can_be_repaired(ask: Run) -> None:
    done = ask("list", "user", "--filter", "Username == ali", "--repair", "--fields", "Name", "--format", "csv")
    assert (done.status, done.out) == (0, "User_Id,Name\n1,علی\n")


def test_a_wrong_password(ask: Run) -> None:
    done = ask("list", "user", DELTASIB_PASSWORD="not-the-password")
    assert (done.status, done.out) == (3, "")
    assert done.err == "error: auth gettoken: Invalid key (ErrorCode -2), HTTP 401\n"


def test_no_server(run: Run) -> None:
    with Sandbox(users=1) as sandbox:
        url = sandbox.url
    done = run("list", "user", "--url", url, "--username", "reseller", DELTASIB_PASSWORD="sandbox")
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(f"error: auth gettoken: no response from {url} (ConnectError: ")
    assert "Traceback" not in done.err


def test_an_address_that_is_none(ask: Run) -> None:
    done = ask("list", "user", "--url", "isp.example")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: url: scheme, host and port are needed")


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["list", "users"],
        ["list", "user", "--fields", "Nam"],
        ["list", "user", "--limit", "-1"],
        ["list", "user", "--page-size", "0"],
        ["list", "user", "--format", "xml"],
        ["list", "user", "--for-user-id", "1"],
        ["list", "user", "--for-username", "ali"],
        ["list", "user.payment"],
        ["list", "user.service.base"],
        ["list", "user.service.base", "--for-user-id", "1", "--for-username", "ali"],
        ["list", "user/creditinfo"],
        ["list", "user/creditinfo", "--for-user-id", "1", "--fields", "User_Id"],
        ["list", "user", "--ca-file", "no-such-file.pem"],
    ],
    ids=" ".join,
)
def test_options_that_make_no_sense(ask: Run, arguments: list[str]) -> None:
    done = ask(*arguments)
    assert (done.status, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_no_account_is_a_wrong_option(run: Run) -> None:
    done = run("list", "user")
    assert (done.status, done.out) == (2, "")


def test_a_ca_file_without_certificates(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.pem"
    path.write_text("no certificate")
    done = ask("list", "user", "--ca-file", str(path))
    assert done.status == 2
    assert "Traceback" not in done.err


def test_insecure_warns_and_goes_on(ask: Run) -> None:
    done = ask("list", "user", "--insecure", "--limit", "1", "--fields", "User_Id", "--format", "csv")
    assert (done.status, done.out) == (0, "User_Id\n1\n")
    assert "certificate is not verified" in done.err


def test_a_filter_that_is_not_utf8(ask: Run) -> None:
    done = ask("list", "user", "--filter", b"Name = '\xff'")
    assert (done.status, done.out) == (1, "")
    assert "Traceback" not in done.err


def test_a_username_that_is_not_utf8(ask: Run) -> None:
    done = ask("list", "user.service.base", "--for-username", b"\xff")
    assert done.status == 2
    assert "Traceback" not in done.err


def test_what_was_repaired_is_told_in_the_places_of_what_was_typed(ask: Run) -> None:
    typed = "Username  ==  ali && Usernme <> 'x'"
    done = ask("list", "user", "--filter", typed, "--repair", "--fields", "Name", "--format", "csv")
    assert (done.status, done.out) == (0, "User_Id,Name\n1,علی\n")
    lines = done.err.splitlines()
    told = [line for line in lines if line.startswith("repaired ")]
    assert [line.rpartition("column ")[2] for line in told] == ["11)", "15)", "19)", "22)"]
    assert lines.count(f"  {typed}") == 4
    assert lines[-1] == "filter: Username = 'ali' and Username <> 'x'"


def test_a_warning_of_a_right_filter_is_told_and_nothing_else(ask: Run) -> None:
    done = ask("list", "user", "--filter", "Username like '%ali_'", "--repair", "--limit", "0")
    assert [line.split()[0] for line in done.err.splitlines() if line[0] != " "] == ["warning"]
