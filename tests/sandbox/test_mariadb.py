"""A sandbox on a MariaDB: which database it takes, how it leaves it, and where it answers as only MariaDB does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from databases import empty_database
from deltasib_query import MissingExtraError, OnlineRadiusUser, ParameterError, Service, User, UserPayment
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox
from mariadb import MariaDB
from processes import running

Connect = Callable[..., httpx.Client]
Rows = list[dict[str, Any]]

COMMAND = str(Path(sys.executable).with_name("deltasib-query"))
MARK = "made by the sandbox of deltasib_query, which may drop it"
TABLES = ["base_services", "online_radius_users", "payments", "services", "users"]


@pytest.fixture
def address(mariadb: MariaDB) -> Iterator[str]:
    with empty_database(mariadb) as address:
        yield address


@pytest.fixture
def sql(mariadb: MariaDB, address: str) -> Iterator[Callable[[str], list[Any]]]:
    """Ask the database itself."""
    name = address.partition("?")[0].rpartition("/")[2]
    with mariadb.connect(database=name) as connection, connection.cursor() as cursor:

        def sql(statement: str) -> list[Any]:
            cursor.execute(statement)
            return list(cursor.fetchall())

        yield sql


def ask(client: httpx.Client, object: str = "user", **parameters: object) -> httpx.Response:
    return client.get(f"/{object}/", params={"Action": "list", **{k: str(v) for k, v in parameters.items()}})


def ids(client: httpx.Client, filter: str) -> list[int]:
    return [row["User_Id"] for row in ask(client, Filter=filter, Field="User_Id").json()]


# Which database


def test_an_empty_database_gets_tables_that_say_whose_they_are(address: str, sql: Callable[[str], list[Any]]) -> None:
    with Sandbox(users=3, database=address):
        described = sql(
            "select table_name, table_comment, engine, table_collation from information_schema.tables"
            " where table_schema = database() order by 1"
        )
    assert described == [(name, MARK, "InnoDB", "utf8mb3_persian_ci") for name in TABLES]


def test_columns_are_those_of_the_vendors_database(address: str, sql: Callable[[str], list[Any]]) -> None:
    with Sandbox(users=0, database=address):
        types = {
            f"{table}.{column}": kind
            for table, column, kind in sql(
                "select table_name, column_name, column_type from information_schema.columns"
                " where table_schema = database()"
            )
        }
    assert {
        "users.User_Id": "int(10) unsigned",
        "users.Username": "varchar(32)",
        "users.Address": "varchar(255)",
        "services.ServiceName": "varchar(128)",
        "services.Description": "varchar(254)",
        "services.Price": "decimal(18,2)",
        "services.ServiceType": "varchar(64)",
        "services.ISEnable": "enum('Yes','No')",
        "payments.User_PaymentCD": "datetime",
        "payments.VoucherDate": "date",
        "payments.User_Id": "int(10) unsigned",
        "base_services.ExtraDay": "int(11)",
        "base_services.Off": "double",
    }.items() <= types.items()


def test_the_tables_of_a_sandbox_are_made_anew(address: str, connect: Connect, sql: Callable[[str], list[Any]]) -> None:
    with Sandbox(users=3, database=address) as sandbox:
        connect(sandbox).post("/user/", data={"Action": "add", "Username": "new", "Password": "x"})
    assert sql("select Username from users where User_Id = 4") == [("new",)]
    with Sandbox(users=2, database=address) as sandbox:
        assert ids(connect(sandbox), "User_Id > 0") == [1, 2]


@pytest.mark.parametrize("name", ["users", "invoices"])
def test_a_database_with_other_tables_is_refused_and_left_alone(
    address: str, sql: Callable[[str], list[Any]], name: str
) -> None:
    sql(f"create table {name} (a int)")
    sql(f"insert into {name} values (7)")
    sandbox = Sandbox(users=1, database=address)
    with pytest.raises(ParameterError, match=rf"has tables that no sandbox made \({name}\): an empty one is"), sandbox:
        pass
    assert (sql("show tables"), sql(f"select * from {name}")) == ([(name,)], [(7,)])


def test_a_view_is_not_ours_either(address: str, sql: Callable[[str], list[Any]]) -> None:
    sql("create view users as select 1 as a")
    with pytest.raises(ParameterError, match=r"no sandbox made \(users\)"), Sandbox(users=1, database=address):
        pass


def test_tables_of_a_sandbox_beside_others_stay(address: str, sql: Callable[[str], list[Any]]) -> None:
    with Sandbox(users=3, database=address):
        pass
    sql("create table mine (a int)")
    with pytest.raises(ParameterError, match=r"no sandbox made \(mine\)"), Sandbox(users=1, database=address):
        pass
    assert sql("select count(*) from users") == [(3,)]


def test_two_sandboxes_cannot_have_the_same_database(address: str, connect: Connect) -> None:
    with Sandbox(users=3, database=address) as sandbox:
        with pytest.raises(ParameterError, match="another sandbox uses sandbox_"), Sandbox(database=address):
            pass
        assert ids(connect(sandbox), "User_Id > 0") == [1, 2, 3]


@pytest.mark.parametrize(
    "wrong",
    [
        "", "sandbox", "localhost/sandbox", "sqlite://", "postgresql://root:secret@localhost/sandbox",
        "mysql+mysqldb://root:secret@localhost/sandbox", "mysql+pymysql://root:secret@localhost",
        "mysql+pymysql://root:secret@localhost:port/sandbox", "mysql+pymysql://root:secret@[::1/sandbox",
    ],
)  # fmt: skip
def test_what_is_no_address(wrong: str) -> None:
    with pytest.raises(ParameterError, match="an address as mysql") as caught:
        Sandbox(database=wrong)
    assert caught.value.parameter == "database"
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def unreachable() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"mysql+pymysql://root:secret@127.0.0.1:{port}/sandbox"


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(ParameterError, match=r"sandbox cannot be used .*Connection refused") as caught:
        Sandbox(database=unreachable()).__enter__()
    assert "secret" not in str(caught.value)


def test_a_database_that_there_is_not(mariadb: MariaDB) -> None:
    with pytest.raises(ParameterError, match=r"nothing cannot be used \(Unknown database 'nothing'\)"):
        Sandbox(database=mariadb.url("nothing")).__enter__()


def test_an_account_that_there_is_not(mariadb: MariaDB) -> None:
    address = mariadb.url("mysql").replace("root@", "somebody:secret@")
    with pytest.raises(ParameterError, match="Access denied for user 'somebody'") as caught:
        Sandbox(database=address).__enter__()
    assert "secret" not in str(caught.value)


def test_an_option_that_the_driver_has_not(address: str) -> None:
    with pytest.raises(ParameterError, match="unexpected keyword argument 'colour'"):
        Sandbox(database=f"{address}&colour=blue").__enter__()


def test_without_a_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(MissingExtraError, match=r"deltasib-query\[mariadb\]"):
        Sandbox(database="mysql+pymysql://root@localhost/sandbox")


# The command


def run(address: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "sandbox", "--port", "0", "--users", "1", "--database", address, *options]
    environment = {**os.environ, "COLUMNS": "80"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)


def test_a_database_that_cannot_be_used_ends_the_command_in_one_line(mariadb: MariaDB) -> None:
    ended = run(mariadb.url("nothing").replace("root@", "somebody:secret@"))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith("error: database: nothing cannot be used (Access denied for user 'somebody'@")
    assert "secret" not in ended.stderr


def test_an_address_that_is_none_ends_the_command_in_one_line() -> None:
    ended = run("mysql+pymysql://root:secret@localhost")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: database: an address as mysql+pymysql://USER:PASSWORD@HOST/NAME is needed\n"


def test_the_command_serves_from_mariadb(address: str, connect: Connect, sql: Callable[[str], list[Any]]) -> None:
    command = [COMMAND, "sandbox", "--port", "0", "--users", "7", "--database", address]
    with running(command, stderr=subprocess.PIPE, env={**os.environ, "COLUMNS": "80"}) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("export DELTASIB_URL=http://127.0.0.1:")
        counted = sql("select count(*) from users")
    assert counted == [(7,)]


# What only MariaDB makes of it


@pytest.fixture
def serve_rows(address: str, connect: Connect) -> Iterator[Callable[..., httpx.Client]]:
    sandboxes: list[Sandbox] = []

    def serve_rows(rows: Any, **options: Any) -> httpx.Client:
        sandboxes.append(Sandbox(rows=rows, database=address, **options).__enter__())
        return connect(sandboxes[0])

    yield serve_rows
    for sandbox in sandboxes:
        sandbox.__exit__(None, None, None)


Serve = Callable[..., httpx.Client]


def names(*several: str) -> dict[type[User], Rows]:
    return {User: [{"User_Id": number, "Name": name} for number, name in enumerate(several, 1)]}


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("Name = '50%'", [1]),
        (r"Name like '50\%'", [1]),
        ("Name like '50%'", [1, 2]),
        (r"Name like 'a\_b'", [3]),
        ("Name = ':name'", [4]),
        ("Name = '%s'", [5]),
        ("Name like '%(User_Id)s'", [6]),
        ("Name = '%%'", [7]),
        ("Name = '?'", [8]),
        ("Name = 'O''Reilly'", [9]),
        ("Name = 'a;b'", [10]),
        ("Name = '%s' or Name = ':name'", [4, 5]),
    ],
)
def test_a_filter_reaches_the_database_as_it_is(serve_rows: Serve, filter: str, found: list[int]) -> None:
    stored = ("50%", "500", "a_b", ":name", "%s", "%(User_Id)s", "%%", "?", "O'Reilly", "a;b")
    assert ids(serve_rows(names(*stored)), filter) == found


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("Name = 'کوچه ۱۲'", [1, 2]),  # digits of any script
        ("Name = 'نیکپور'", [3, 4]),  # without its zero-width non-joiner
        ("Name like 'نیکپور'", [4]),
        ("Name = 'resume'", [5, 6]),  # accents
        ("Name = 'علي'", []),
    ],
)
def test_the_collation_is_the_databases_own(serve_rows: Serve, filter: str, found: list[int]) -> None:
    stored = ("کوچه ۱۲", "کوچه 12", "نیک\u200cپور", "نیکپور", "Résumé", "resume", "علی")
    assert ids(serve_rows(names(*stored)), filter) == found


def test_a_character_that_the_tables_cannot_hold_is_a_fatal_error(serve_rows: Serve) -> None:
    answer = ask(serve_rows(names("ali")), Filter="Name = '😀'")
    assert (answer.status_code, answer.json()["ErrorCode"]) == (500, -1)
    assert answer.json()["ErrorDesc"].startswith("Fatal Error: Illegal mix of collations ")


def test_a_user_with_such_a_name_is_not_added(serve_rows: Serve) -> None:
    client = serve_rows({})
    answer = client.post("/user/", data={"Action": "add", "Username": "new", "Password": "x", "Name": "😀"})
    assert (answer.status_code, answer.json()["ErrorCode"]) == (500, -1)
    assert ids(client, "User_Id > 0") == []


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({User: [{"Username": "a" * 33}]}, "Data too long for column 'Username'"),
        ({User: [{"Name": "😀"}]}, "Incorrect string value"),
        ({Service: [{"ISEnable": "perhaps"}]}, "Data truncated for column 'ISEnable'"),
        ({UserPayment: [{"User_Id": 1, "VoucherDate": "2021-02-31"}]}, "Incorrect date value"),
        ({OnlineRadiusUser: [{"User_Id": -1}]}, "Out of range value"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_not_cut(address: str, rows: Any, reason: str) -> None:
    with pytest.raises(ParameterError, match=f"rows: the database takes them .*{reason}"):
        Sandbox(rows=rows, database=address).__enter__()


def test_an_id_of_zero_is_an_id(serve_rows: Serve) -> None:
    assert ids(serve_rows({User: [{"User_Id": 0}, {"User_Id": 2**32 - 1}]}), "User_Id >= 0") == [0, 2**32 - 1]


def test_lists_in_no_order_hold_the_same_rows(serve_rows: Serve) -> None:
    client = serve_rows(names(*"abcdefgh"), faults=Faults(shuffled=True))
    found = ids(client, "User_Id > 0")
    assert (found != sorted(found), sorted(found)) == (True, list(range(1, 9)))


def test_the_password_of_the_database_is_nowhere(address: str, mariadb: MariaDB) -> None:
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("create user isp@localhost identified by 'secret'")
        cursor.execute("grant all on *.* to isp@localhost")
    try:
        with Sandbox(users=1, database=address.replace("root@", "isp:secret@")) as sandbox:
            assert "secret" not in repr(vars(sandbox))
    finally:
        with mariadb.connect() as connection, connection.cursor() as cursor:
            cursor.execute("drop user isp@localhost")


def test_a_sandbox_survives_a_connection_that_was_cut(serve_rows: Serve, sql: Callable[[str], list[Any]]) -> None:
    client = serve_rows(names("ali"))
    [[number]] = sql("select id from information_schema.processlist where db = database() and id <> connection_id()")
    sql(f"kill {number}")
    assert ask(client).json()["ErrorCode"] == -1
    assert ids(client, "User_Id > 0") == [1]
