"""`--language`: what the command says in Persian, and what stays as it is in every language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from trustme import CA

from client.scripted import Scripted, table
from deltasib_query.sandbox.server import Sandbox

from .conftest import COMMAND, Run, account, environment
from .test_terminal import on_terminal

ISOLATES = {"\u2066", "\u2067", "\u2068", "\u2069"}
REFUSED = {
    ("explain", "usr", "x"): "فهرستی به نام 'usr' وجود ندارد؛ فهرست‌های موجود: user، user/creditinfo، service، ",
    ("list", "user", "--excel"): "برای --excel باید --format csv هم داده شود",
    ("list", "user", "--scan", "--start", "5"): "گزینه --start با --scan به کار نمی‌رود",
    ("list", "user", "--for-user-id", "5"): "user گزینه --for-user-id را نمی‌پذیرد",
    ("list", "user.payment"): "برای user.payment باید --for-user-id هم داده شود",
    ("list", "user", "--fields", "Nam"): "user فیلدی به نام 'Nam' ندارد؛ فیلدهای آن: User_Id، Username، Name، ",
    ("sandbox", "--host", "nowhere.invalid"): "سندباکس نمی‌تواند روی nowhere.invalid:8043 گوش بدهد",
}


@pytest.mark.parametrize(
    "arguments",
    [("--language", "fa", "check", "user", "Usernme = 5"), ("check", "user", "Usernme = 5", "--language", "fa")],
    ids=["before the command", "behind it"],
)
def test_what_is_wrong_with_a_filter_is_said_in_persian(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines() == [
        "خطا unknown-field: user فیلدی به نام «Usernme» ندارد",
        "  Usernme = 5",
        "  ^^^^^^^",
        "اینجا مجاز است: User_Id، Username، Name، Family، Address",
        "بنویسید Username",
        "خطا number-for-text: Username متن است؛ اگر با عدد مقایسه شود، ردیف‌های دیگری پیدا می‌شوند",
        "  Usernme = 5",
        "            ^",
        "بنویسید '5'",
    ]


def test_the_last_language_counts(run: Run) -> None:
    assert run("--language", "fa", "check", "user", "x = 5", "--language", "en").err.startswith("error unknown-field")


def test_a_language_that_nobody_speaks_is_refused(run: Run) -> None:
    done = run("check", "user", "Name = 'x'", "--language", "de")
    assert (done.status, done.out) == (2, "")


def test_the_environment_keeps_the_language_and_the_option_wins_over_it(run: Run) -> None:
    check = ("check", "user", "x = 5")
    persian = {"DELTASIB_LANGUAGE": "fa"}
    assert run(*check, **persian).err.startswith("خطا unknown-field")
    assert run("--language", "en", *check, **persian).err.startswith("error unknown-field")
    assert run(*check, "--language", "en", **persian).err.startswith("error unknown-field")
    assert run(*check, "--language", "fa", DELTASIB_LANGUAGE="en").err.startswith("خطا unknown-field")
    assert run(*check, DELTASIB_LANGUAGE="").err.startswith("error unknown-field")
    assert run(*check, DELTASIB_LANGUAGE="de").status == 2


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_pipe_gets_no_isolates_and_a_terminal_does(run: Run, language: str) -> None:
    command = ("check", "user", "Family == 'نیک\u200cپور'", "--language", language)
    piped = run(*command).err
    assert "  Family == 'نیک\u200cپور'\n" in piped
    assert not ISOLATES & set(piped)
    assert ISOLATES & set(on_terminal([COMMAND, *command], env=environment())[1])


def test_a_filter_that_looks_like_the_option_is_a_filter(run: Run) -> None:
    assert run("check", "user", "--", "--language").err.startswith("error ")


def test_without_the_option_nothing_is_persian(run: Run) -> None:
    for arguments in (("check", "user", "Usernme = 5"), *REFUSED):
        assert run(*arguments).err.isascii()


@pytest.mark.parametrize(("arguments", "said"), REFUSED.items(), ids=lambda each: " ".join(each)[:20])
def test_arguments_that_make_no_sense_are_refused_in_persian(ask: Run, arguments: tuple[str, ...], said: str) -> None:
    done = ask(*arguments, "--language", "fa")
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())


def test_an_error_of_the_service_says_what_to_do(ask: Run) -> None:
    done = ask("list", "user", "--language", "fa", DELTASIB_PASSWORD="wrong")
    assert (done.status, done.out) == (3, "")
    assert done.err == (
        "خطا: auth gettoken: نام کاربری یا رمز عبور حساب API درست نیست؛ آن‌ها را بررسی کنید: "
        "Invalid key (ErrorCode -2, HTTP 401)\n"
    )


def test_no_response_is_said_in_persian(run: Run) -> None:
    options = ("--url", "http://127.0.0.1:1", "--username", "x", "--password", "x")
    done = run("list", "user", *options, "--language", "fa")
    assert done.status == 4
    assert done.err.startswith("خطا: auth gettoken: پاسخی از http://127.0.0.1:1 نرسید (ConnectError: ")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "error: auth gettoken: the certificate of "), ("fa", "خطا: auth gettoken: گواهی ")],
)
def test_a_certificate_that_is_not_trusted_is_said_with_the_option(run: Run, language: str, said: str) -> None:
    with Scripted(table(1), certificate=CA().issue_cert("127.0.0.1")) as server:
        options = ("--url", server.url, "--username", "x", "--password", "x", "--language", language)
        done = run("list", "user", *options)
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(said + server.url)
    assert "--ca-file server.pem" in done.err


def test_a_repaired_filter_and_rows_in_a_file_are_said_in_persian(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    rows = ("list", "user", "--fields", "Username", "--output", str(path), "--language", "fa")
    done = ask(*rows, "--filter", "user_id == 5", "--repair")
    assert done.err.splitlines()[0].startswith("اصلاح شد operator: ")
    assert "فیلتر: User_Id = 5" in done.err.splitlines()
    assert f"۱ ردیف در {path} نوشته شد: " in done.err
    checkpoint = ("--checkpoint", str(tmp_path / "checkpoint"))
    assert ask(*rows, *checkpoint).err.startswith(f"خطا: {path} از قبل وجود دارد و {checkpoint[1]} آن را نمی‌شناسد؛ ")
    assert ask(*rows, *checkpoint, "--overwrite").status == 0
    assert ask(*rows, *checkpoint).err.startswith(f"۲۰۰ ردیف در {path} کامل است و درخواستی فرستاده نشد؛ ")
    assert path.read_text("utf-8").splitlines()[:2] == ["User_Id,Username", "1,ali"]


def test_output_that_cannot_be_written_is_said_in_persian(ask: Run) -> None:
    done = ask("list", "user", "--output", "/nowhere/users.csv", "--language", "fa")
    assert done.status == 5
    assert done.err == "خطا: نوشتن در /nowhere/users.csv ممکن نیست (No such file or directory)\n"


@pytest.mark.parametrize("form", ["csv", "json", "ndjson", "table"])
def test_rows_are_the_same_in_every_language(ask: Run, form: str) -> None:
    command = ("list", "user", "--limit", "3", "--format", form)
    persian, english = ask(*command, "--language", "fa"), ask(*command)
    assert persian == english
    assert persian.out


def test_the_json_of_a_check_is_the_same_in_every_language_and_has_key_and_parameters(run: Run) -> None:
    command = ("check", "user", "Usernme = 'ali'", "--json")
    assert run(*command, "--language", "fa") == run(*command)
    [problem] = json.loads(run(*command).out)["problems"]
    assert (problem["code"], problem["key"]) == ("unknown-field", "unknown-field")
    assert problem["params"] == {"object": "user", "field": "Usernme"}
    assert problem["message"] == "user has no field `Usernme`"


def test_fields_are_called_in_persian(run: Run) -> None:
    lines = run("fields", "service", "--language", "fa").out.splitlines()
    assert [cell.strip() for cell in lines[2].strip("┃").split("┃")] == ["فیلد", "مقدار", "عملگرها", "معنی"]
    row = next(line for line in lines if "ISEnable" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["ISEnable", "Yes یا No", "= <>", "فعال"]
    assert (
        "در پاسخ‌ها هستند، ولی در فیلتر نه: ServiceStatus، " in run("fields", "user/creditinfo", "--language", "fa").out
    )


@pytest.mark.heavy
def test_the_demonstration_is_given_in_persian(run: Run) -> None:
    done = run("demo", "--language", "fa")
    assert (done.status, done.err) == (0, "")
    assert "۵٬۰۰۰ ردیف در ۱۳ درخواست. آخرین درخواست‌ها:" in done.out
    assert "  اصلاح‌شده: Username = '09121234567' and Name = 'علی'" in done.out


@pytest.mark.parametrize("command", ["check", "explain", "fields", "list", "sandbox", "demo"])
def test_every_command_has_the_option_and_its_help_is_english(run: Run, command: str) -> None:
    done = run(command, "--language", "fa", "--help")
    assert done.status == 0
    assert "--language" in done.out
    assert done.out.isascii()


@pytest.mark.heavy
def test_only_a_terminal_gets_marks_that_isolate_values() -> None:
    command = [COMMAND, "list", "user", "--scan", "--start", "1", "--language", "fa"]
    with Sandbox(users=1) as sandbox:
        env = {**environment(**account(sandbox)), "TERM": "dumb"}
        seen = on_terminal(command, env=env)[1]
    assert "گزینه \u2068--start\u2069 با \u2068--scan\u2069 به کار نمی‌رود" in seen


@pytest.mark.parametrize("arguments", [("check", "user", "Usernme = 5"), *REFUSED])
def test_a_pipe_gets_none(ask: Run, arguments: tuple[str, ...]) -> None:
    assert not ISOLATES & {*ask(*arguments, "--language", "fa").err}
