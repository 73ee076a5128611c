"""What changes the data: each write, what it leaves behind, and what it refuses. The data of user 1 are written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from deltasib_query.sandbox.routes import HANDLERS
from deltasib_query.service.actions import ACTIONS, GET_TOKEN

Serve = Callable[..., httpx.Client]

PAYMENT = {"Action": "add", "User_Id": "1", "Currency_Id": "1", "PriceINCurrency": "500", "ExchangeRate": "1"}
BASE = {"Action": "add", "User_Id": "1", "Service_Id": "1"}


def rows(client: httpx.Client, object: str, **parameters: object) -> list[dict[str, Any]]:
    given = {"Action": "list", "LimitCount": "1000", **{name: str(value) for name, value in parameters.items()}}
    answer = client.get(f"/{object}/", params=given)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def status(client: httpx.Client, **user: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/user.status/", params={"Action": "currentstatus", **user}).json()
    return found


def last_payment(client: httpx.Client, user_id: int = 1) -> dict[str, Any]:
    return rows(client, "User.payment", User_Id=user_id)[-1]


def refusal(answer: httpx.Response) -> tuple[int, int, str]:
    body = answer.json()
    return answer.status_code, body["ErrorCode"], body["ErrorDesc"]


def test_every_documented_action_is_answered() -> None:
    assert {*HANDLERS, GET_TOKEN} == set(ACTIONS)


# user add


def test_a_user_is_added(own: httpx.Client) -> None:
    new = {"Action": "add", "Username": "new.one", "Password": "x", "Name": "علی", "Family": "نو"}
    assert own.post("/user/", data=new).json() == {"status": 1}
    assert rows(own, "user", Filter="Username = 'new.one'") == [
        {"User_Id": 21, "Username": "new.one", "Name": "علی", "Family": "نو", "Address": ""}
    ]


def test_a_user_is_added_by_multipart(own: httpx.Client) -> None:
    new = {"Action": (None, "add"), "Username": (None, "new"), "Password": (None, "x")}
    assert own.post("/user/", files=new).json() == {"status": 1}
    assert rows(own, "user", Filter="Username = 'new'")[0]["Name"] == ""


@pytest.mark.parametrize("username", ["ali", "ALI", "ali  "])
def test_a_name_that_somebody_has(own: httpx.Client, username: str) -> None:
    answer = own.post("/user/", data={"Action": "add", "Username": username, "Password": "x"})
    assert refusal(answer) == (400, -5, "Invalid Data: Username: there is such a user already")


@pytest.mark.parametrize("missing", ["Username", "Password"])
def test_a_user_without_what_is_required(own: httpx.Client, missing: str) -> None:
    new = {"Action": "add", "Username": "new", "Password": "x"}
    answer = own.post("/user/", data={**new, missing: ""})
    assert refusal(answer) == (400, -4, f"Require item not found: {missing}")


@pytest.mark.parametrize("name", ["Username", "Name", "Family"])
def test_a_text_that_is_too_long(own: httpx.Client, name: str) -> None:
    answer = own.post("/user/", data={"Action": "add", "Username": "new", "Password": "x", name: "a" * 33})
    assert refusal(answer) == (400, -5, f"Invalid Data: {name}: text of at most 32 characters is needed")


def test_a_new_user_is_active(own: httpx.Client) -> None:
    own.post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    assert status(own, Username="new") == {"Status_Id": 1, "Status_Name": "Active"}


# user.status


def test_the_status_of_a_user(own: httpx.Client) -> None:
    assert status(own, User_Id="10") == {"Status_Id": 2, "Status_Name": "Disable"}


@pytest.mark.parametrize("new", [{"Status_Name": "Disable"}, {"Status_Name": "DISABLE"}, {"Status_Id": "2"}])
def test_another_status(own: httpx.Client, new: dict[str, str]) -> None:
    assert own.put("/user.status/", data={"Action": "add", "Username": "ali", **new}).json() == {"status": 1}
    assert status(own, User_Id="1") == {"Status_Id": 2, "Status_Name": "Disable"}


def test_the_status_of_another_user_stays(own: httpx.Client) -> None:
    own.put("/user.status/", data={"Action": "add", "User_Id": "1", "Status_Id": "2"})
    assert status(own, User_Id="2")["Status_Id"] == 1


@pytest.mark.parametrize("new", [{"Status_Name": "Gone"}, {"Status_Id": "9"}])
def test_a_status_that_there_is_not(own: httpx.Client, new: dict[str, str]) -> None:
    answer = own.put("/user.status/", data={"Action": "add", "Username": "ali", **new})
    reason = "Invalid Data: there is no such status; there are Active, Disable, Suspend"
    assert refusal(answer) == (400, -5, reason)


def test_no_status_at_all(own: httpx.Client) -> None:
    answer = own.put("/user.status/", data={"Action": "add", "Username": "ali"})
    assert refusal(answer) == (400, -4, "Require item not found: Status_Id")


def test_the_status_of_nobody(own: httpx.Client) -> None:
    answer = own.get("/user.status/", params={"Action": "currentstatus"})
    assert refusal(answer) == (400, -4, "Require item not found: User_Id")


def test_of_username_and_id_the_username_wins(own: httpx.Client) -> None:
    assert status(own, Username="ali", User_Id="10")["Status_Id"] == 1


def test_a_user_id_that_is_not_needed_is_not_looked_at(own: httpx.Client) -> None:
    assert status(own, Username="ali", User_Id="x")["Status_Id"] == 1


@pytest.mark.parametrize("user", [{"Username": "nobody"}, {"User_Id": "999"}])
def test_the_status_of_an_unknown_user(own: httpx.Client, user: dict[str, str]) -> None:
    answer = own.put("/user.status/", data={"Action": "add", "Status_Id": "1", **user})
    assert refusal(answer) == (400, -5, "Invalid Data: there is no such user")


# radius disconnect


@pytest.mark.parametrize("action", ["disconnet", "disconnect", "DISCONNECT"])
def test_a_session_ends(own: httpx.Client, action: str) -> None:
    answer = own.request("DELETE", "/radius/", data={"Action": action, "Filter": "User_Id = 1"})
    assert answer.json() == {"status": 1}
    assert rows(own, "radius") == []


def test_only_the_sessions_of_the_filter_end(own: httpx.Client) -> None:
    own.request("DELETE", "/radius/", data={"Action": "disconnet", "Filter": "Nas_Id <> 3"})
    assert [row["Nas_Id"] for row in rows(own, "radius")] == [3]


def test_sessions_end_by_a_query_as_well(own: httpx.Client) -> None:
    answer = own.delete("/radius/", params={"Action": "disconnet", "Filter": "Online_RadiusUser_Id = 1"})
    assert answer.json() == {"status": 1}
    assert rows(own, "radius") == []


def test_sessions_end_by_multipart(own: httpx.Client) -> None:
    own.request("DELETE", "/radius/", files={"Action": (None, "disconnet"), "Filter": (None, "User_Id = 1")})
    assert rows(own, "radius") == []


def test_a_disconnect_without_a_filter_ends_nothing(own: httpx.Client) -> None:
    answer = own.request("DELETE", "/radius/", data={"Action": "disconnet", "Filter": " "})
    assert refusal(answer) == (400, -4, "Require item not found: Filter")
    assert len(rows(own, "radius")) == 1


def test_a_disconnect_by_a_wrong_filter_ends_nothing(own: httpx.Client) -> None:
    answer = own.request("DELETE", "/radius/", data={"Action": "disconnet", "Filter": "Username = 'ali'"})
    assert refusal(answer)[:2] == (400, -5)
    assert len(rows(own, "radius")) == 1


# User.payment add


def test_a_payment_goes_onto_the_balance(own: httpx.Client) -> None:
    given = {"PaymentType": "Pos", "VoucherNo": "007", "VoucherDate": "2021-01-31", "Comment": "بدهی"}
    answer = own.post("/User.payment/", data={**PAYMENT, "ExchangeRate": "3", **given})
    assert answer.json() == {"status": 1}
    assert last_payment(own) == {
        "User_Payment_Id": rows(own, "User.payment", User_Id=1)[-1]["User_Payment_Id"], "Creator_Id": 2,
        "User_PaymentCD": "2021-02-01 12:00:00", "PaymentType": "Pos", "Price": "1,500", "Paybalance": "151,299.50",
        "VoucherNo": "007", "VoucherDate": "2021-01-31", "BankBranchName": "", "BankBranchNo": "", "Comment": "بدهی",
        "Terminal_Id": 0, "Currency_Id": 1, "PriceINCurrency": "500",
    }  # fmt: skip


def test_a_payment_has_an_id_of_its_own(own: httpx.Client) -> None:
    own.post("/User.payment/", data=PAYMENT)
    own.post("/User.payment/", data=PAYMENT)
    ids = [row["User_Payment_Id"] for row in rows(own, "User.payment", User_Id=1)]
    assert len(set(ids)) == 5


def test_the_first_payment_of_a_user_is_the_balance(own: httpx.Client) -> None:
    own.post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    own.post("/User.payment/", data={**PAYMENT, "User_Id": "21", "PriceINCurrency": "-500"})
    assert (last_payment(own, 21)["Price"], last_payment(own, 21)["Paybalance"]) == ("-500", "-500")


def test_a_payment_without_anything_more(own: httpx.Client) -> None:
    own.post("/User.payment/", data=PAYMENT)
    last = last_payment(own)
    assert (last["PaymentType"], last["VoucherNo"], last["VoucherDate"]) == ("Cash", "", "0000-00-00")


@pytest.mark.parametrize(
    ("calendar", "day", "stored"),
    [
        ("Persian", "1399-11-12", "2021-01-31"),
        ("persian", "1399/11/12", "2021-01-31"),
        ("Persian", "1400-01-01", "2021-03-21"),
        ("Persian", "1403-12-30", "2025-03-20"),
        ("Persian", "1404-01-01", "2025-03-21"),
        ("Persian", "1357-11-22", "1979-02-11"),
        ("Persian", "1402-06-31", "2023-09-22"),
        ("Persian", "1402-07-01", "2023-09-23"),
        ("Gregorian", "2021-01-31", "2021-01-31"),
        ("", "2021/01/31", "2021-01-31"),
        ("", "0000-00-00", "0000-00-00"),
    ],
)
def test_the_date_of_a_voucher(own: httpx.Client, calendar: str, day: str, stored: str) -> None:
    own.post("/User.payment/", data={**PAYMENT, "DateType": calendar, "VoucherDate": day})
    assert last_payment(own)["VoucherDate"] == stored


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        ("Persian", "1402-12-30"),
        ("Persian", "1402-07-31"),
        ("Persian", "1402-13-01"),
        ("Persian", "1402-00-01"),
        ("Persian", "2021-01-31"),
        ("Gregorian", "2021-02-29"),
        ("", "yesterday"),
    ],
)
def test_a_day_that_there_is_not(own: httpx.Client, calendar: str, day: str) -> None:
    answer = own.post("/User.payment/", data={**PAYMENT, "DateType": calendar, "VoucherDate": day})
    assert refusal(answer)[:2] == (400, -5)
    assert refusal(answer)[2].startswith("Invalid Data: VoucherDate: ")


@pytest.mark.parametrize("missing", ["User_Id", "Currency_Id", "PriceINCurrency", "ExchangeRate"])
def test_a_payment_without_what_is_required(own: httpx.Client, missing: str) -> None:
    given = {name: value for name, value in PAYMENT.items() if name != missing}
    assert refusal(own.post("/User.payment/", data=given)) == (400, -4, f"Require item not found: {missing}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"PriceINCurrency": "1.5"},
        {"ExchangeRate": "x"},
        {"Currency_Id": "-1"},
        {"PaymentType": "Barter"},
        {"DateType": "Mayan"},
        {"VoucherNo": "12a"},
        {"VoucherNo": "1" * 16},
        {"BankBranchName": "a" * 24},
        {"BankBranchNo": "a" * 33},
    ],
)
def test_a_payment_that_breaks_a_rule(own: httpx.Client, wrong: dict[str, str]) -> None:
    answer = own.post("/User.payment/", data={**PAYMENT, **wrong})
    assert refusal(answer)[:2] == (400, -5)
    assert refusal(answer)[2].startswith(f"Invalid Data: {next(iter(wrong))}: ")


def test_a_payment_of_an_unknown_user(own: httpx.Client) -> None:
    answer = own.post("/User.payment/", data={**PAYMENT, "User_Id": "999"})
    assert refusal(answer) == (400, -5, "Invalid Data: there is no such user")


# user.service.base add and cancel


def test_a_service_waits_behind_an_active_one(own: httpx.Client) -> None:
    assert own.post("/user.service.base/", data={**BASE, "PayPlan": "PostPaid"}).json() == {"status": 1}
    last = rows(own, "user.service.base", User_Id=1)[-1]
    assert (last["ServiceStatus"], last["PayPlan"], last["StartDate"]) == ("Pending", "PostPaid", "0000-00-00")


def test_the_first_service_of_a_user_is_active(own: httpx.Client) -> None:
    own.post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    own.post("/user.service.base/", data={**BASE, "User_Id": "21", "Service_Id": "2"})
    (row,) = rows(own, "user.service.base", Username="new")
    assert row == {
        "User_ServiceBase_Id": row["User_ServiceBase_Id"], "Service_Id": 2, "CDT": "2021-02-01 12:00:00",
        "StartDate": "2021-02-01", "EndDate": "2021-03-03", "ServiceStatus": "Active", "PayPlan": "PrePaid",
        "ServicePrice": "420,000.50", "PayPrice": "420,000.50", "CancelDT": "0000-00-00 00:00:00", "ReturnPrice": "0",
        "ExtraDay": 0, "VAT": "0", "Off": "0", "Visibility": "Yes", "ActiveTime": "", "AffectTime": "",
    }  # fmt: skip


def test_the_credit_knows_of_a_new_service(own: httpx.Client) -> None:
    own.post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    own.post("/user.service.base/", data={**BASE, "User_Id": "21"})
    (row,) = rows(own, "user", Action="creditinfo", User_Id=21)
    assert (row["ServiceStatus"], row["ServiceName"]) == ("Active", "ADSL 8M یک\u200cماهه")


def test_another_price_for_a_service(own: httpx.Client) -> None:
    own.post("/user.service.base/", data={**BASE, "PayPrice": "99000.25"})
    last = rows(own, "user.service.base", User_Id=1)[-1]
    assert (last["ServicePrice"], last["PayPrice"]) == ("150,000", "99,000.25")


def test_a_service_for_a_username_beside_the_id(own: httpx.Client) -> None:
    own.post("/user.service.base/", data={**BASE, "User_Id": "2", "Username": "ali"})
    assert len(rows(own, "user.service.base", Username="ali")) == 5


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"User_Id": "999"}, "there is no such user"),
        ({"Service_Id": "999"}, "there is no such service"),
        ({"PayPrice": "x"}, "PayPrice: an int or Decimal of at most 14 digits is needed, not 'x'"),
        ({"PayPlan": "Never"}, "PayPlan: one of PrePaid, PostPaid is needed, not 'Never'"),
    ],
)
def test_a_service_that_cannot_be(own: httpx.Client, wrong: dict[str, str], reason: str) -> None:
    answer = own.post("/user.service.base/", data={**BASE, **wrong})
    assert refusal(answer) == (400, -5, f"Invalid Data: {reason}")


@pytest.mark.parametrize("missing", ["User_Id", "Service_Id"])
def test_a_service_without_what_is_required(own: httpx.Client, missing: str) -> None:
    given = {name: value for name, value in BASE.items() if name != missing}
    assert refusal(own.post("/user.service.base/", data=given)) == (400, -4, f"Require item not found: {missing}")


@pytest.mark.parametrize("which", [2, 3])
def test_a_service_is_cancelled(own: httpx.Client, which: int) -> None:
    answer = own.put("/user.service.base/", data={"Action": "cancel", "User_ServiceBase_Id": str(which)})
    assert answer.json() == {"status": 1}
    row = rows(own, "user.service.base", User_Id=1)[which - 1]
    assert (row["ServiceStatus"], row["CancelDT"]) == ("Cancel", "2021-02-01 12:00:00")
    assert row["ReturnPrice"] == row["PayPrice"]


@pytest.mark.parametrize("place", ["query", "urlencoded", "multipart"])
def test_a_service_is_cancelled_in_any_encoding(own: httpx.Client, place: str) -> None:
    given = {"Action": "cancel", "user_servicebase_id": "2"}
    encodings: dict[str, dict[str, Any]] = {
        "query": {"params": given},
        "urlencoded": {"data": given},
        "multipart": {"files": {name: (None, value) for name, value in given.items()}},
    }
    assert own.put("/user.service.base/", **encodings[place]).json() == {"status": 1}


@pytest.mark.parametrize(
    ("which", "reason"),
    [("1", "the service is Used already"), ("4", "the service is Cancel already"), ("999", "there is no such service")],
)
def test_a_service_that_cannot_be_cancelled(own: httpx.Client, which: str, reason: str) -> None:
    answer = own.put("/user.service.base/", data={"Action": "cancel", "User_ServiceBase_Id": which})
    assert refusal(answer) == (400, -5, f"Invalid Data: {reason}")


def test_a_cancel_of_nothing(own: httpx.Client) -> None:
    answer = own.put("/user.service.base/", data={"Action": "cancel"})
    assert refusal(answer) == (400, -4, "Require item not found: User_ServiceBase_Id")


# all of them


@pytest.mark.parametrize(
    ("method", "object", "action"),
    [
        ("GET", "user", "add"),
        ("POST", "user.status", "currentstatus"),
        ("POST", "user.status", "add"),
        ("GET", "radius", "disconnet"),
        ("POST", "radius", "disconnect"),
        ("GET", "User.payment", "add"),
        ("PUT", "user.service.base", "add"),
        ("POST", "user.service.base", "cancel"),
    ],
)
def test_a_write_by_another_method(own: httpx.Client, method: str, object: str, action: str) -> None:
    answer = own.request(method, f"/{object}/", params={"Action": action}, data={"Action": action})
    assert refusal(answer)[:2] == (400, -5)
    assert " takes " in refusal(answer)[2]


@pytest.mark.parametrize(
    ("method", "object", "action"),
    [
        ("POST", "user", "add"),
        ("PUT", "user.status", "add"),
        ("DELETE", "radius", "disconnet"),
        ("POST", "User.payment", "add"),
        ("POST", "user.service.base", "add"),
        ("PUT", "user.service.base", "cancel"),
    ],
)
def test_a_write_without_a_token(own: httpx.Client, method: str, object: str, action: str) -> None:
    del own.headers["Authorization"]
    answer = own.request(method, f"/{object}/", data={"Action": action})
    assert refusal(answer) == (401, -6, "Invalid token")


def test_a_post_has_no_parameters_in_its_query(own: httpx.Client) -> None:
    answer = own.post("/user/", params={"Action": "add", "Username": "new", "Password": "x"})
    assert refusal(answer) == (400, -4, "Require item not found: Action")


def test_a_get_that_says_it_has_a_form(own: httpx.Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = own.get("/user/", params={"Action": "list", "LimitCount": "1", "Field": "Username"}, headers=headers)
    assert answer.json() == [{"Username": "ali"}]


def test_the_hook_is_told_of_writes_without_passwords(serve: Serve) -> None:
    lines: list[str] = []
    client = serve(on_request=lines.append)
    client.post("/user/", data={"Action": "add", "Username": "new", "Password": "secret"})
    client.request("DELETE", "/radius/", data={"Action": "disconnet", "Filter": "User_Id = 1"})
    assert lines[1:] == ["POST user add Username=new", "DELETE radius disconnect Filter=User_Id = 1"]
