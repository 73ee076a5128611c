"""The commands that change data: what a dry run shows, that it changes nothing, and what `--yes` sends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from deltasib_query import Client, OnlineRadiusUser, User, UserServiceBase
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

from .conftest import COMMAND, Run, account, environment
from .forked import LONGEST
from .test_terminal import on_terminal

SECRET = "s3cret-of-the-customer"
PAY = ("pay", "--for-user-id", "7", "--currency-id", "1", "--price-in-currency", "150000", "--exchange-rate", "1")


@pytest.fixture
def requests() -> list[str]:
    return []


@pytest.fixture
def sandbox(requests: list[str]) -> Iterator[Sandbox]:
    with Sandbox(users=200, on_request=requests.append) as running:
        yield running


@pytest.fixture
def isp(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox.url, username=sandbox.username, password=sandbox.password) as client:
        yield client


WRITES = {
    (*PAY, "--payment-type", "cheque", "--comment", "از بانک"): (
        "User.payment add\n  User_Id          7\n  Currency_Id      1\n  PriceINCurrency  150000\n"
        "  ExchangeRate     1\n  PaymentType      Cheque\n  Comment          از بانک\n"
    ),
    ("buy", "--for-user-id", "7", "--service-id", "1", "--pay-price", "1500.50", "--pay-plan", "PrePaid"): (
        "user.service.base add\n  User_Id     7\n  Service_Id  1\n  PayPrice    1500.50\n  PayPlan     PrePaid\n"
    ),
    ("cancel", "2"): "user.service.base cancel\n  User_ServiceBase_Id  2\n",
    ("status", "--for-username", "ali", "--status-name", "Disable"): (
        "user.status add\n  Username     ali\n  Status_Name  Disable\n"
    ),
}


@pytest.mark.parametrize(("arguments", "shown"), WRITES.items(), ids=lambda each: each[0])
def test_a_dry_run_shows_what_it_would_send_and_sends_nothing(
    ask: Run, sandbox: Sandbox, requests: list[str], arguments: tuple[str, ...], shown: str
) -> None:
    done = ask(*arguments)
    assert (done.status, done.out) == (0, shown)
    assert done.err == f"a dry run: nothing was changed at {sandbox.url}; --yes does it\n"
    assert requests == []


def test_a_payment_is_added(ask: Run, isp: Client, sandbox: Sandbox) -> None:
    done = ask(*PAY, "--voucher-date", "1399-11-13", "--date-type", "persian", "--yes")
    assert (done.status, done.out, done.err) == (0, "", f"done at {sandbox.url}\n")
    assert isp.user_payment.list(user_id=7).one().PriceINCurrency == 150000


def test_a_service_is_sold_and_cancelled(ask: Run, isp: Client) -> None:
    assert ask("buy", "--for-user-id", "7", "--service-id", "1", "--yes").status == 0
    sold = max(isp.user_service_base.list(user_id=7), key=lambda row: row.User_ServiceBase_Id or 0)
    assert (sold.Service_Id, sold.ServiceStatus == "Cancel") == (1, False)
    assert ask("cancel", str(sold.User_ServiceBase_Id), "--yes").status == 0
    this = UserServiceBase.User_ServiceBase_Id.in_([sold.User_ServiceBase_Id or 0])
    assert isp.user_service_base.list(this, user_id=7).one().ServiceStatus == "Cancel"


def test_a_status_is_shown_and_changed(ask: Run, isp: Client) -> None:
    before = isp.user_status.current_status(user_id=1)
    assert ask("status", "--for-user-id", "1").out.split() == [
        "Status_Id", str(before.Status_Id), "Status_Name", str(before.Status_Name),
    ]  # fmt: skip
    assert ask("status", "--for-username", "ali", "--status-id", "2", "--yes").status == 0
    assert isp.user_status.current_status(user_id=1).Status_Id == 2


def test_sessions_are_listed_first_and_then_ended(ask: Run, isp: Client, requests: list[str]) -> None:
    command = ("disconnect", "Online_RadiusUser_Id <= 2", "--at-most", "5")
    done = ask(*command)
    assert done.status == 0
    assert done.out.startswith("radius disconnect\n  Filter  Online_RadiusUser_Id <= 2\nOnline_RadiusUser_Id")
    assert [line.split()[0] for line in done.out.splitlines()[-2:]] == ["1", "2"]
    assert not [request for request in requests if request.startswith("DELETE")]
    assert ask(*command, "--yes").status == 0
    assert isp.radius.list(OnlineRadiusUser.Online_RadiusUser_Id <= 2).count() == 0


@pytest.mark.parametrize("more", [(), ("--yes",)], ids=["dry", "real"])
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("disconnect", "Online_RadiusUser_Id > 0", "--at-most", "1"), 2, "more than 1 sessions match"),
        (
            ("disconnect", "Nas_Id <= 5 or Nas_Id > 5 or Online_RadiusUser_Id <= 5 or Online_RadiusUser_Id > 5"),
            2,
            "selects every session",
        ),
        (("disconnect", "Username = 'ali'"), 1, "unknown-field"),
        (("disconnect", ""), 1, "error "),
        ((*PAY, "--voucher-no", "12-34"), 2, "voucher_no: 1 to 15 digits are needed"),
        ((*PAY, "--voucher-date", "1399-11-13"), 2, "Persian or Gregorian is needed"),
        ((*PAY, "--bank-branch-name", "x" * 24), 2, "bank_branch_name"),
        (("pay", *PAY[3:]), 2, "--for-user-id"),
        (("buy", "--for-user-id", "7", "--service-id", "1", "--pay-price", "a lot"), 2, "pay_price"),
        (("buy", "--for-user-id", "7", "--service-id", "-1"), 2, "service_id"),
        (("cancel", "x"), 2, "User_ServiceBase_Id"),
        (("status", "--for-user-id", "1", "--status-id", "1", "--status-name", "x"), 2, "status_name"),
        (("status", "--status-id", "1"), 2, "--for-user-id"),
        (("add-user", ""), 2, "username"),
    ],
)
def test_a_dry_run_refuses_what_the_real_one_refuses(
    run: Run, sandbox: Sandbox, requests: list[str], arguments: tuple[str, ...], status: int, said: str,
    more: tuple[str, ...],
) -> None:  # fmt: skip
    done = run(*arguments, *more, stdin=b"x\n", **account(sandbox))
    assert (done.status, done.out) == (status, "")
    assert said in done.err
    assert "Traceback" not in done.err
    assert not [request for request in requests if not request.startswith(("GET", "POST auth"))]


def test_a_status_needs_a_new_one_for_yes(ask: Run) -> None:
    done = ask("status", "--for-user-id", "1", "--yes")
    assert (done.status, done.out) == (2, "")
    assert "--yes needs --status-name or --status-id" in done.err


def test_a_customer_is_added_with_a_password_from_standard_input(
    run: Run, sandbox: Sandbox, isp: Client, requests: list[str]
) -> None:
    command = ("add-user", "mina", "--name", "مینا")
    given = {"stdin": f"{SECRET}\n".encode(), **account(sandbox)}
    done = run(*command, **given)
    assert (done.status, done.out) == (0, "user add\n  Username  mina\n  Password  (not shown)\n  Name      مینا\n")
    assert requests == []
    real = run(*command, "--yes", **given)
    assert (real.status, real.out) == (0, "")
    assert isp.user.list(User.Username == "mina").one().Name == "مینا"
    assert SECRET not in done.err + real.err


def test_a_customer_without_a_password_is_refused(ask: Run) -> None:
    done = ask("add-user", "mina", "--yes")
    assert (done.status, done.out) == (2, "")
    assert "the customer's password is needed" in done.err


def test_without_a_terminal_both_passwords_are_lines_of_standard_input(sandbox: Sandbox, isp: Client) -> None:
    known = environment(**account(sandbox))
    del known["DELTASIB_PASSWORD"]
    done = subprocess.run(
        [COMMAND, "add-user", "mina", "--yes"], input=f"{sandbox.password}\n{SECRET}\n".encode(),
        capture_output=True, start_new_session=True, timeout=LONGEST, env=known,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"")
    assert isp.user.list(User.Username == "mina").count() == 1


@pytest.mark.heavy
@pytest.mark.parametrize(("again", "status"), [(SECRET, 0), ("another", 2)])
def test_on_a_terminal_the_password_is_asked_for_twice_and_never_shown(
    sandbox: Sandbox, isp: Client, again: str, status: int
) -> None:
    answers = {b"Password of mina: ": f"{SECRET}\n", b"Once more: ": f"{again}\n"}
    command = [COMMAND, "add-user", "mina", "--yes"]
    done, seen, _ = on_terminal(command, answers=answers, env={**environment(**account(sandbox)), "TERM": "dumb"})
    assert done == status
    assert "Once more: " in seen
    assert SECRET not in seen
    assert isp.user.list(User.Username == "mina").count() == (status == 0)


def test_a_write_whose_response_is_lost_says_that_nobody_knows(run: Run) -> None:
    with Sandbox(users=9, faults=Faults(drop=(1,))) as sandbox:
        done = run(*PAY, "--yes", **account(sandbox))
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith("nobody knows whether it was done: look before you repeat it\nerror: ")


def test_a_write_that_was_never_sent_does_not_say_so(run: Run) -> None:
    done = run(*PAY, "--yes", DELTASIB_URL="http://127.0.0.1:1", DELTASIB_USERNAME="x", DELTASIB_PASSWORD="x")
    assert done.status == 4
    assert "nobody knows" not in done.err


def test_credit(ask: Run) -> None:
    by_id, by_name = ask("credit", "--for-user-id", "1"), ask("credit", "--for-username", "ali")
    assert (by_id.status, by_id.err) == (0, "")
    assert ["ServiceStatus", "Active"] in [line.split() for line in by_id.out.splitlines()]
    assert by_name.out == by_id.out


def test_the_credit_of_nobody(ask: Run) -> None:
    done = ask("credit", "--for-username", "nobody")
    assert (done.status, done.out) == (2, "")
    assert "no row matches" in done.err
    assert ask("credit").status == 2


def test_rows_are_counted(run: Run, ask: Run, sandbox: Sandbox) -> None:
    assert ask("count", "user").out == "200\n"
    assert run("count", "user", "--filter", "-", stdin=b"User_Id <= 7", **account(sandbox)).out == "7\n"
    assert ask("count", "user.payment", "--for-user-id", "1").out == "3\n"
    assert ask("count", "user.payment").status == 2
    assert ask("count", "user", "--filter", "Nmae = 1").status == 1


def test_a_filter_of_a_list_from_standard_input(run: Run, sandbox: Sandbox) -> None:
    command = ("list", "user", "--filter", "-", "--fields", "User_Id", "--format", "csv")
    assert run(*command, stdin=b"User_Id = 3\n", **account(sandbox)).out == "User_Id\n3\n"
