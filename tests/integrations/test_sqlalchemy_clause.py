"""The clause itself: bound parameters only, tables and mappings, other dialects, composition."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    func,
    not_,
    select,
    type_coerce,
)
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.types import NullType

from deltasib_query import ConstantFilterError, Filter, Limits, User, UserPayment, all_of, any_of, from_tree
from deltasib_query.integrations.sqlalchemy import prepare, where
from deltasib_query.language.tree import And, Comparison, Node, Or

USERS = Table(
    "users",
    MetaData(),
    Column("User_Id", Integer),
    *(Column(name, String(255)) for name in ("Username", "Name", "Family", "Address")),
)
PAYMENTS = Table(
    "payments", MetaData(), Column("Price", Numeric(20, 2)), Column("VoucherDate", Date), Column("Comment", String(256))
)

EVERYTHING = [
    User.Username == "needle",
    User.Username < "needle",
    User.Username.like("needle%"),
    User.Username.contains("needle"),
    User.User_Id == 4242,
    (User.User_Id > 4242) & (User.Name != "needle") | User.Family.in_(["needle", "needle2"]),
]


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    prepare(engine)
    with engine.connect() as connection:
        USERS.create(connection)
        connection.execute(
            USERS.insert(),
            [
                {"User_Id": 1, "Username": "Ali", "Name": "علی", "Family": "", "Address": None},
                {"User_Id": 2, "Username": "reza", "Name": "رضا", "Family": "x", "Address": "تهران"},
            ],
        )
        yield connection
    engine.dispose()


def ids(connection: Connection, clause: Any) -> list[int]:
    return list(connection.execute(select(USERS.c.User_Id).where(clause).order_by(USERS.c.User_Id)).scalars())


@pytest.mark.parametrize("dialect", [sqlite.dialect(), mysql.dialect()], ids=["sqlite", "mysql"])
@pytest.mark.parametrize("filter", EVERYTHING, ids=str)
def test_no_value_stands_in_the_sql(filter: Filter[User], dialect: Any) -> None:
    compiled = where(filter, USERS).compile(dialect=dialect)
    assert "needle" not in str(compiled)
    assert "4242" not in str(compiled)
    assert "'" not in str(compiled)


def test_values_are_parameters() -> None:
    filter = (User.Username == "O'Reilly") & (User.User_Id > 5) & User.Name.startswith("50%")
    values = where(filter, USERS).compile(dialect=mysql.dialect()).params.values()
    assert list(values) == ["O'Reilly", 5, r"50\%%"]


def test_parameters_of_one_field_do_not_meet() -> None:
    values = where(User.Username.in_(["a", "b", "c"]), USERS).compile(dialect=sqlite.dialect()).params.values()
    assert list(values) == ["a", "b", "c"]


def test_a_decimal_is_bound_exactly() -> None:
    digits = "1" * 40 + ".5"
    values = where(UserPayment.Price > Decimal(digits), PAYMENTS).compile(dialect=mysql.dialect()).params.values()
    assert list(values) == [Decimal(digits)]


def test_mysql_compares_as_it_does() -> None:
    filter = (User.Username == "a") & (User.Name.like("b%") | (User.User_Id >= 5))
    sql = str(where(filter, USERS).compile(dialect=mysql.dialect()))
    assert sql == "(users.`Username` = %s AND (users.`Name` LIKE %s OR users.`User_Id` >= %s))"


def test_mysql_gets_a_date_as_text() -> None:
    compiled = where(UserPayment.VoucherDate == "0000-00-00", PAYMENTS).compile(dialect=mysql.dialect())
    assert str(compiled) == "payments.`VoucherDate` = %s"
    assert list(compiled.params.values()) == ["0000-00-00"]


def test_mysql_gets_a_decimal_as_a_number() -> None:
    sql = str(where(UserPayment.Price <= Decimal("1.50"), PAYMENTS).compile(dialect=mysql.dialect()))
    assert sql == "payments.`Price` <= %s"


def test_a_date_column_of_sqlite_is_compared_as_text() -> None:
    compiled = where(UserPayment.VoucherDate < "2021-01-30", PAYMENTS).compile(dialect=sqlite.dialect())
    assert list(compiled.params.values()) == ["2021-01-30"]


def test_a_mapping_of_columns_serves_as_well_as_a_table(connection: Connection) -> None:
    columns = {"Username": func.substr(USERS.c.Username, 1, 1)}
    assert ids(connection, where(User.Username == "A", columns)) == [1]


def test_a_mapping_serves_columns_of_other_names(connection: Connection) -> None:
    assert ids(connection, where(User.Name == "ALI", {"Name": USERS.c.Username})) == [1]


def test_an_alias_serves_as_a_table(connection: Connection) -> None:
    alias = USERS.alias("u")
    found = connection.execute(select(alias.c.User_Id).where(where(User.Username == "REZA", alias))).scalars()
    assert list(found) == [2]


def test_a_column_that_a_table_lacks_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        where(UserPayment.Terminal_Id == 1, PAYMENTS)


def test_a_column_that_a_mapping_lacks_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        where(User.Name == "x", {"Username": USERS.c.Username})


@pytest.mark.parametrize("filter", [User.User_Id.in_([]), User.User_Id.not_in([])])
def test_a_constant_has_no_clause(filter: Filter[User]) -> None:
    with pytest.raises(ConstantFilterError):
        where(filter, USERS)


def test_a_clause_can_be_joined_to_others(connection: Connection) -> None:
    clause = where((User.User_Id == 1) | (User.User_Id == 2), USERS)
    assert ids(connection, clause & (USERS.c.User_Id > 1)) == [2]
    assert ids(connection, (USERS.c.User_Id > 1) & clause) == [2]


@pytest.mark.parametrize(
    ("filter", "rest"),
    [
        (User.Username == "ali", [2]),
        (User.Username.like("a%"), [2]),
        (User.User_Id > 1, [1]),
        ((User.User_Id == 1) & (User.Username == "ali"), [2]),
        ((User.User_Id == 1) | (User.Username == "reza"), []),
        (User.Address == "تهران", []),
    ],
    ids=str,
)
def test_a_clause_can_be_negated(connection: Connection, filter: Filter[User], rest: list[int]) -> None:
    assert ids(connection, not_(where(filter, USERS))) == rest


def test_one_clause_can_be_used_twice(connection: Connection) -> None:
    clause = where(User.Username == "ali", USERS)
    assert ids(connection, clause) == [1]
    assert ids(connection, clause) == [1]


def test_another_value_is_not_taken_from_a_cache(connection: Connection) -> None:
    assert ids(connection, where(User.Username == "ali", USERS)) == [1]
    assert ids(connection, where(User.Username == "reza", USERS)) == [2]
    assert ids(connection, where(User.Username.like("r%"), USERS)) == [2]
    assert ids(connection, where(User.Username.like("a%"), USERS)) == [1]
    assert ids(connection, where(any_of(User.User_Id == n for n in range(2)), USERS)) == [1]
    assert ids(connection, where(any_of(User.User_Id == n for n in range(2, 4)), USERS)) == [2]


def test_other_columns_keep_sqlite_s_own_comparison(connection: Connection) -> None:
    assert ids(connection, USERS.c.Username == "ali") == []


def test_two_thousand_terms_compile_for_mysql() -> None:
    sql = str(where(any_of(User.User_Id == n for n in range(2000)), USERS).compile(dialect=mysql.dialect()))
    assert sql.count(" = %s") == 2000
    assert sql.count(" OR ") == 1999


def test_nested_groups_keep_their_parentheses() -> None:
    filter = all_of(any_of(User.User_Id == 1, all_of(User.User_Id == 2, User.Name == "a")), User.Family == "b")
    sql = str(where(filter, USERS).compile(dialect=mysql.dialect()))
    assert sql == ("((users.`User_Id` = %s OR (users.`User_Id` = %s AND users.`Name` = %s)) AND users.`Family` = %s)")


def alternating(depth: int) -> Filter[User]:
    tree: Node = Comparison("User_Id", "=", 1)
    for n in range(depth):
        kind, operator = ((And, "<>"), (Or, "="))[n % 2]
        tree = kind([Comparison("Name", operator, f"n{n}"), tree])
    return from_tree(tree, User)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), mysql.dialect()], ids=["sqlite", "mysql"])
def test_two_thousand_levels_compile(dialect: Any) -> None:
    query = select(USERS.c.User_Id).where(where(alternating(2_000), USERS), USERS.c.User_Id > 0)
    compiled = query.compile(dialect=dialect)
    assert str(compiled).count("(") == str(compiled).count(")") >= 2_000
    assert {f"n{n}" for n in range(2_000)} <= set(compiled.params.values())


def test_as_many_levels_as_a_typed_filter_may_have_run_on_sqlite(connection: Connection) -> None:
    assert ids(connection, where(alternating(Limits().depth or 0), USERS)) == [1]


def test_groups_that_are_not_deep_keep_the_order_of_the_text() -> None:
    filter = (User.Username == "a") & ((User.Name == "b") | ((User.User_Id == 3) & (User.Family == "d")))
    assert list(where(filter, USERS).compile(dialect=mysql.dialect()).params.values()) == ["a", "b", 3, "d"]


def test_a_clause_brings_its_table() -> None:
    clause = where((User.Username == "a") | User.Name.like("b"), USERS)
    assert "FROM users" in str(select(func.count()).where(clause))


def test_a_statement_with_a_clause_is_cached_by_its_shape(connection: Connection) -> None:
    def key(filter: Filter[User]) -> Any:
        return select(USERS).where(where(filter, USERS))._generate_cache_key()

    one = (User.Username == "a") & (User.Name.like("b") | (User.User_Id > 5))
    assert key(one) == key((User.Username == "c") & (User.Name.like("d") | (User.User_Id > 6)))
    assert key(one) != key((User.Username == "a") | (User.Name.like("b") & (User.User_Id > 5)))
    assert key(one) != key((User.Username == "a") & (User.Name.like("b") | (User.User_Id < 5)))


def test_a_clause_can_be_moved_to_an_alias(connection: Connection) -> None:
    inner = select(USERS).where(where((User.Username == "ali") | User.Name.like("x"), USERS)).subquery()
    assert list(connection.execute(select(inner.c.User_Id)).scalars()) == [1]
    moved = ClauseAdapter(USERS.alias("u")).traverse(where((User.Username == "ali") | User.Name.like("x"), USERS))
    assert str(moved) == '(u."Username" = :Username_1 OR u."Name" LIKE :Name_1)'


def test_a_number_in_a_text_column_of_sqlite_is_compared_as_a_number_if_you_say_so(connection: Connection) -> None:
    table = Table("amounts", MetaData(), Column("n", Integer), Column("Price", String))
    table.create(connection)
    connection.execute(table.insert(), [{"n": n, "Price": price} for n, price in enumerate(["5.00", "10", "-1", None])])
    columns = {"Price": type_coerce(table.c.Price, NullType())}
    found = connection.execute(select(table.c.n).where(where(UserPayment.Price >= 5, columns))).scalars()
    assert list(found) == [0, 1]
