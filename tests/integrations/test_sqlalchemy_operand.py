"""The clause wherever SQLAlchemy takes an expression, and over every kind of column: rows of SQLite and of MariaDB."""

from __future__ import annotations

import enum
import pickle
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    Enum,
    Float,
    ForeignKey,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    and_,
    case,
    cast,
    create_engine,
    delete,
    exists,
    func,
    insert,
    literal_column,
    make_url,
    not_,
    null,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
    synonym,
    with_loader_criteria,
)
from sqlalchemy.sql.visitors import cloned_traverse

from deltasib_query import (
    DeltasibQueryError,
    Filter,
    FilterUsageError,
    MissingColumnError,
    Service,
    User,
    UserServiceBase,
)
from deltasib_query.integrations.sqlalchemy import prepare, where
from mariadb import MariaDB

DATE: Any = sqlite.DATE
DATETIME: Any = sqlite.DATETIME


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(32))
    family: Mapped[str | None] = mapped_column(String(32))
    price: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    flag: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    parent: Mapped[Customer | None] = relationship(remote_side="Customer.id", back_populates="children")
    children: Mapped[list[Customer]] = relationship(back_populates="parent", order_by="Customer.id")
    username = synonym("login")

    @hybrid_property
    def full(self) -> Any:
        return self.login + " " + self.family  # type: ignore[operator]


C: Any = Customer.__table__
ROWS: list[dict[str, Any]] = [
    {"id": 1, "login": "Ali", "family": "Rezaei", "price": 5, "flag": 0, "parent_id": None},
    {"id": 2, "login": "sara", "family": "Ahmadi", "price": 6, "flag": 1, "parent_id": 1},
    {"id": 3, "login": "ali", "family": None, "price": 6, "flag": 0, "parent_id": 1},
    {"id": 4, "login": "reza", "family": "Karimi", "price": None, "flag": 1, "parent_id": 2},
    {"id": 5, "login": "ALIREZA", "family": "Karimi", "price": 5, "flag": 1, "parent_id": 3},
]


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = create_engine("sqlite://")
        prepare(engine)
    else:
        server: MariaDB = request.getfixturevalue("mariadb")
        with server.connect() as administrator, administrator.cursor() as cursor:
            cursor.execute("create or replace database operands charset utf8mb4 collate utf8mb4_persian_ci")
        engine = create_engine(server.url("operands"))
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(insert(Customer), ROWS)
        connection.execute(insert(Member), MEMBERS)
    yield engine
    engine.dispose()


COLUMNS: Any = {
    "User_Id": Customer.id, "Username": Customer.login, "Family": Customer.family, "Price": Customer.price
}  # fmt: skip
CLAUSES: dict[str, tuple[Any, set[int], set[int]]] = {
    # the rows for which it is true, and those for which it is not known
    "number": (where(Service.Price > Decimal("5.25"), COLUMNS), {2, 3}, {4}),
    "whole": (where(Service.Price > 5, COLUMNS), {2, 3}, {4}),
    "like": (where(User.Username.like("ali%"), COLUMNS), {1, 3, 5}, set()),
    "text": (where(User.Username == "ALI", COLUMNS), {1, 3}, set()),
    "and": (where((User.User_Id > 1) & User.Username.like("a%"), COLUMNS), {3, 5}, set()),
    "or": (where((User.User_Id == 4) | (User.Family == "rezaei"), COLUMNS), {1, 4}, {3}),
}
FLAGS = {row["id"]: row["flag"] for row in ROWS}


@pytest.fixture(params=CLAUSES)
def given(request: pytest.FixtureRequest) -> tuple[Any, dict[int, bool | None]]:
    """A clause, and what it is for each row."""
    clause, true, unknown = CLAUSES[request.param]
    return clause, {row: None if row in unknown else row in true for row in FLAGS}


Given = tuple[Any, dict[int, bool | None]]


def ids(engine: Engine, condition: Any) -> set[int]:
    with engine.connect() as connection:
        return set(connection.scalars(select(C.c.id).where(condition)))


def values(engine: Engine, expression: Any) -> dict[int, Any]:
    with engine.connect() as connection:
        return {row.id: row[1] for row in connection.execute(select(C.c.id, expression))}


def rows(truth: dict[int, bool | None], test: Callable[[int, bool], object]) -> set[int]:
    return {row for row, true in truth.items() if true is not None and test(FLAGS[row], true)}


@pytest.mark.parametrize(
    ("build", "test"),
    [
        (lambda c: c, lambda flag, true: true),
        (lambda c: ~c, lambda flag, true: not true),
        (lambda c: not_(c), lambda flag, true: not true),
        (lambda c: ~~c, lambda flag, true: true),
        (lambda c: C.c.flag == c, lambda flag, true: flag == true),
        (lambda c: c == C.c.flag, lambda flag, true: flag == true),
        (lambda c: C.c.flag != c, lambda flag, true: flag != true),
        (lambda c: C.c.flag == ~c, lambda flag, true: flag != true),
        (lambda c: ~c == C.c.flag, lambda flag, true: flag != true),
        (lambda c: C.c.flag < c, lambda flag, true: flag < true),
        (lambda c: c <= C.c.flag, lambda flag, true: true <= flag),
        (lambda c: (C.c.flag == c) == c, lambda flag, true: (flag == true) == true),
        (lambda c: and_(c, C.c.flag == 1), lambda flag, true: true and flag),
        (lambda c: or_(C.c.flag == 1, c), lambda flag, true: true or flag),
        (lambda c: not_(or_(c, C.c.flag == 1)), lambda flag, true: not (true or flag)),
        (lambda c: c.is_(True), lambda flag, true: true),
        (lambda c: c.is_not(null()), lambda flag, true: True),
        (lambda c: c == True, lambda flag, true: true),
        (lambda c: c.in_([True]), lambda flag, true: true),
        (lambda c: C.c.flag.in_([c]), lambda flag, true: flag == true),
        (lambda c: type_coerce(c, Integer) + C.c.flag == 2, lambda flag, true: true + flag == 2),
        (lambda c: C.c.flag + type_coerce(c, Integer) == 2, lambda flag, true: true + flag == 2),
        (lambda c: C.c.flag.op("|")(c) == 0, lambda flag, true: not (flag | true)),
        (lambda c: C.c.flag.is_not_distinct_from(c), lambda flag, true: flag == true),
        (lambda c: case((c, C.c.flag), else_=0) == 1, lambda flag, true: true and flag),
        (lambda c: case((C.c.flag == 1, c), else_=False), lambda flag, true: true and flag),
        (lambda c: case({True: 1}, value=c, else_=0) == C.c.flag, lambda flag, true: flag == true),
        (lambda c: cast(c, Integer) == C.c.flag, lambda flag, true: flag == true),
        (lambda c: func.abs(c) == C.c.flag, lambda flag, true: flag == true),
        (lambda c: func.coalesce(c, C.c.flag) == C.c.flag, lambda flag, true: flag == true),
    ],
)
def test_rows_of_an_expression(
    engine: Engine, given: Given, build: Callable[[Any], Any], test: Callable[[int, bool], object]
) -> None:
    clause, truth = given
    known = and_(build(clause), C.c.id.in_([row for row, true in truth.items() if true is not None]))
    assert ids(engine, known) == rows(truth, test)


def test_a_clause_as_what_is_selected(engine: Engine, given: Given) -> None:
    clause, truth = given
    for selected in (clause, clause.label("n"), type_coerce(clause, Boolean)):
        assert values(engine, selected) == truth
    assert values(engine, ~clause) == {row: None if true is None else not true for row, true in truth.items()}


def test_a_clause_orders_rows(engine: Engine, given: Given) -> None:
    clause, truth = given
    with engine.connect() as connection:
        rising = list(connection.scalars(select(C.c.id).order_by(clause.asc(), C.c.id)))
        falling = list(connection.scalars(select(C.c.id).order_by(clause.desc(), C.c.id)))
    order = {None: 0, False: 1, True: 2}
    assert rising == sorted(truth, key=lambda row: (order[truth[row]], row))
    assert falling == sorted(truth, key=lambda row: (-order[truth[row]], row))


def test_a_clause_in_aggregates_and_groups(engine: Engine, given: Given) -> None:
    clause, truth = given
    true = sum(each is True for each in truth.values())
    with engine.connect() as connection:
        assert connection.scalar(select(func.sum(cast(clause, Integer))).select_from(C)) == true
        assert connection.scalar(select(func.sum(case((clause, 1), else_=0))).select_from(C)) == true
        groups = connection.execute(select(clause.label("is"), func.count()).select_from(C).group_by("is")).all()
        if engine.dialect.name == "sqlite":
            assert connection.scalar(select(func.count().filter(clause)).select_from(C)) == true
    assert {key: count for key, count in groups if key} == ({True: true} if true else {})


def test_a_clause_in_a_subquery_a_join_and_an_exists(engine: Engine, given: Given) -> None:
    clause, truth = given
    true = {row for row, each in truth.items() if each}
    other = C.alias("other")
    with engine.connect() as connection:
        inner = select(C.c.id, clause.label("is")).subquery()
        assert set(connection.scalars(select(inner.c.id).where(inner.c["is"]))) == true
        joined = select(other.c.id).join(C, and_(C.c.id == other.c.id, clause))
        assert set(connection.scalars(joined)) == true
        found = select(other.c.id).where(exists().where(C.c.id == other.c.id, clause))
        assert set(connection.scalars(found)) == true


def test_a_clause_chooses_what_is_changed_and_deleted(engine: Engine, given: Given) -> None:
    clause, truth = given
    true = sum(each is True for each in truth.values())
    with engine.connect() as connection:
        assert connection.execute(update(C).where(clause).values(flag=C.c.flag + 7)).rowcount == true
        assert connection.execute(delete(C).where(~clause, C.c.id == 99)).rowcount == 0
        connection.rollback()


def test_a_clause_survives_cloning_and_pickling(engine: Engine) -> None:
    columns: Any = {name: C.c[column.key] for name, column in COLUMNS.items()}
    filter = (User.User_Id > 1) & (User.Username.like("a%") | (User.Family == "ahmadi"))
    for clause in (where(filter, columns), where(Service.Price > Decimal("5.25"), columns)):
        expected = ids(engine, clause)
        assert expected == {2, 3} | ({5} if clause.parts[1:] else set())
        assert ids(engine, cloned_traverse(clause, {}, {})) == expected
    table = Table("t", MetaData(), Column("User_Id", Integer), Column("Username", String))
    clause = where((User.User_Id > 5) | User.Username.like("a%"), table)
    copied = pickle.loads(pickle.dumps(clause))
    assert str(copied) == str(clause) == '(t."User_Id" > :User_Id_1 OR t."Username" LIKE :Username_1)'
    assert copied.compile().params == {"User_Id_1": 5, "Username_1": "a%"}
    assert clause.compare(where((User.User_Id > 5) | User.Username.like("a%"), table))


def test_a_cached_statement_has_the_values_of_its_clause(engine: Engine) -> None:
    for login, expected in (("ali", {2, 4, 5}), ("sara", {1, 3, 4, 5})):
        assert ids(engine, ~where(User.Username == login, COLUMNS)) == expected
    for price, expected in (("5.25", {1, 5}), ("4.5", set())):
        clause = ~where(Service.Price > Decimal(price), COLUMNS)
        assert ids(engine, clause) == expected
    assert select(C).where(clause)._generate_cache_key() is not None


# Mapped classes


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def columns_of(entity: Any) -> dict[str, Any]:
    return {"User_Id": entity.id, "Username": entity.login, "Family": entity.family, "Price": entity.price}


ALI = User.Username.like("ali%") & (User.User_Id > 1)


def names(session: Session, query: Any) -> list[int]:
    return [customer.id for customer in session.scalars(query.order_by(Customer.id)).unique()]


def test_the_attributes_of_a_mapped_class(session: Session) -> None:
    assert names(session, select(Customer).where(where(ALI, columns_of(Customer)))) == [3, 5]
    assert names(session, select(Customer).filter(where(User.Username == "Sara", {"Username": Customer.username}))) == [
        2
    ]
    hybrid: Any = {"Name": Customer.full}
    assert names(session, select(Customer).where(where(User.Name == "ALI rezaei", hybrid))) == [1]
    assert names(session, select(Customer).where(where(User.Name.like("% karimi"), hybrid))) == [4, 5]


def test_an_aliased_class(session: Session) -> None:
    other = aliased(Customer)
    query = select(Customer).join(other, Customer.parent.of_type(other)).where(where(ALI, columns_of(other)))
    assert names(session, query) == [5]


@pytest.mark.parametrize(("filter", "parents", "children"), [
    (ALI, [1, 3], [5]),
    (User.Username.like("ali%"), [1, 3], [2, 3, 5]),
    (Service.Price > Decimal("5.25"), [1], [4, 5]),
    (User.Username == "ALI", [1], [2, 3, 5]),
])  # fmt: skip
def test_self_referential_has_and_any(
    session: Session, filter: Filter[Any], parents: list[int], children: list[int]
) -> None:
    clause = where(filter, columns_of(Customer))
    assert names(session, select(Customer).where(Customer.parent.has(clause))) == children
    assert names(session, select(Customer).where(Customer.children.any(clause))) == parents
    absent = sorted({2, 3, 4, 5} - set(children))
    assert names(session, select(Customer).where(~Customer.parent.has(clause), Customer.parent_id > 0)) == absent


@pytest.mark.parametrize("load", [joinedload, selectinload])
@pytest.mark.parametrize(("filter", "expected"), [
    (ALI, {1: [3], 2: [], 3: [5]}),
    (User.Username == "SARA", {1: [2], 2: [], 3: []}),
    (Service.Price > Decimal("5.25"), {1: [2, 3], 2: [], 3: []}),
])  # fmt: skip
def test_loading_a_relationship_with_a_clause(
    session: Session, load: Any, filter: Filter[Any], expected: dict[int, list[int]]
) -> None:
    option = load(Customer.children.and_(where(filter, columns_of(Customer))))
    found = session.scalars(select(Customer).where(Customer.id < 4).options(option)).unique()
    assert {customer.id: [child.id for child in customer.children] for customer in found} == expected


class Member(Base):
    """One whose login is longer than what finds it: spaces at the end, two letters for one, what has no weight."""

    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(32))
    rank: Mapped[str] = mapped_column(Enum("Base", "IP"))
    price: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    day: Mapped[date]
    moment: Mapped[datetime]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    children: Mapped[list[Member]] = relationship(order_by="Member.id")


_MOMENT = datetime.fromisoformat("2021-01-30T08:15:16")
MEMBERS: list[dict[str, Any]] = [
    {"id": n, "login": login, "rank": "Base", "price": 5, "day": _MOMENT.date(), "moment": _MOMENT, "parent_id": parent}
    for n, login, parent in [(1, "root", None), (2, "ali", 1), (3, "ALI ", 2), (4, "ali\u200c  ", 3), (5, "sara", 3)]
]
EVERY_CHILD = {1: [2], 2: [3], 3: [4, 5], 4: [], 5: []}
NO_SARA = {1: [2], 2: [3], 3: [4], 4: [], 5: []}
ONLY_SARA = {1: [], 2: [], 3: [5], 4: [], 5: []}


@pytest.fixture(params=[
    (User.Username == "ali", NO_SARA),
    (User.Username == "Ali   ", NO_SARA),
    (User.Username.in_(["x", "ali"]), NO_SARA),
    (User.Username.between("ali", "alj"), NO_SARA),
    ((User.Username == "ali") & (User.User_Id > 0), NO_SARA),
    (User.Username <= "ALI", NO_SARA),
    (User.Username >= "ali ", EVERY_CHILD),
    (User.Username > "ali ", ONLY_SARA),
    (User.Username < "alj", NO_SARA),
    (User.Username != "ali", ONLY_SARA),
    (User.Username.like("ali%"), NO_SARA),
    (Service.ServiceType == "base ", EVERY_CHILD),
    (Service.Price == 5, EVERY_CHILD),
    (Service.Price == Decimal("5.0"), EVERY_CHILD),
    (UserServiceBase.EndDate == "2021-01-30", EVERY_CHILD),
    (UserServiceBase.CDT == "2021-01-30 08:15:16", EVERY_CHILD),
], ids=lambda given: str(given[0]))  # fmt: skip
def of_members(request: pytest.FixtureRequest) -> tuple[Callable[[Any], Any], dict[int, list[int]]]:
    """The clause of a filter over the columns of an entity, and the children of each member for which it is true."""
    filter, children = request.param
    return lambda entity: where(filter, {
        "User_Id": entity.id, "Username": entity.login, "ServiceType": entity.rank, "Price": entity.price,
        "EndDate": entity.day, "CDT": entity.moment,
    }), children  # fmt: skip


@pytest.mark.parametrize("load", [joinedload, selectinload])
def test_no_child_is_lost_where_a_relationship_is_loaded(session: Session, of_members: Any, load: Any) -> None:
    clause, children = of_members
    query = select(Member).options(load(Member.children.and_(clause(Member))))
    assert {one.id: [child.id for child in one.children] for one in session.scalars(query).unique()} == children


def test_no_child_is_lost_in_an_outer_join(session: Session, of_members: Any) -> None:
    clause, children = of_members
    child = aliased(Member)
    pairs = {(one, other) for one, others in children.items() for other in others or [None]}
    by_relationship = select(Member.id, child.id).outerjoin(Member.children.of_type(child).and_(clause(child)))
    by_hand = select(Member.id, child.id).outerjoin(child, and_(child.parent_id == Member.id, clause(child)))
    inner = aliased(Member, select(Member).subquery())
    by_subquery = select(Member.id, inner.id).outerjoin(inner, and_(inner.parent_id == Member.id, clause(inner)))
    chosen = select(Member.id, Member.parent_id).where(clause(Member)).subquery()
    by_choice = select(Member.id, chosen.c.id).outerjoin(chosen, chosen.c.parent_id == Member.id)
    for query in (by_relationship, by_hand, by_subquery, by_choice):
        assert {tuple(row) for row in session.execute(query)} == pairs


def test_no_child_is_lost_in_a_correlated_subquery(session: Session, of_members: Any) -> None:
    clause, children = of_members
    child = aliased(Member)
    count = select(func.count()).where(child.parent_id == Member.id, clause(child)).scalar_subquery()
    found = session.execute(select(Member.id, count.correlate(Member))).all()
    assert {row[0]: row[1] for row in found} == {one: len(others) for one, others in children.items()}


def test_criteria_for_every_query_of_a_class(session: Session) -> None:
    criteria = with_loader_criteria(Customer, where(ALI, columns_of(Customer)), include_aliases=True)
    assert names(session, select(Customer).options(criteria)) == [3, 5]
    other = aliased(Customer)
    joined = select(other.id).join(Customer, other.id == Customer.id).options(criteria)
    assert sorted(session.scalars(joined)) == [3, 5]
    # a clause by itself brings the class with it, as any expression of it does
    ours = where(User.Username != "x", {"Username": Customer.login})
    counts = [session.scalar(select(func.count()).where(c).options(criteria)) for c in (ours, Customer.login != "x")]
    assert counts[0] == counts[1]


# What is no column


@pytest.mark.parametrize(
    "wrong", ["login", None, 5, Customer, C, text("login"), select(C.c.login), Customer.parent],
)  # fmt: skip
def test_what_is_no_column_is_refused(wrong: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"^Username: a column"):
        where(User.Username == "x", {"Username": wrong})


@pytest.mark.parametrize("wrong", ["customers", None, Customer, aliased(Customer), select(C), [C.c.login], 5])
def test_what_holds_no_columns_is_refused(wrong: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"^a table is needed, or a mapping"):
        where(User.Username == "x", wrong)


@pytest.mark.parametrize("wrong", ["Username = 'x'", None, C.c.login == "x", User])
def test_what_is_no_filter_is_refused(wrong: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"^a filter is needed"):
        where(wrong, C)


@pytest.mark.parametrize("columns", [{"Username": C.c.login}, C, C.c, select(C.c.login.label("Username")).subquery()])
def test_a_field_without_a_column_is_named(columns: Any) -> None:
    with pytest.raises(MissingColumnError, match=r"^there is no column for Name$") as raised:
        where((User.Name == "y") & (User.Username == "x"), columns)
    assert (raised.value.field, isinstance(raised.value, KeyError)) == ("Name", True)
    assert isinstance(raised.value, DeltasibQueryError)


def test_the_columns_of_a_table_serve_too() -> None:
    table = Table("t", MetaData(), Column("User_Id", Integer))
    assert str(where(User.User_Id > 5, table.c)) == 't."User_Id" > :User_Id_1'  # type: ignore[arg-type]


# What columns hold


class Kind(enum.Enum):
    Base = 1
    IP = 2


class Shout(TypeDecorator[str]):
    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return value and f"{value}!"


class Seconds(TypeDecorator[datetime]):
    impl = Integer
    cache_ok = True


class Moment(TypeDecorator[datetime]):
    impl = DateTime
    cache_ok = True


MOMENTS = [
    *map(datetime.fromisoformat, ("2021-01-29T23:59:59", "2021-01-30", "2021-01-30T08:15:16", "2021-01-31")), None
]  # fmt: skip
DAYS = [date(2021, 1, 29), date(2021, 1, 30), date(2021, 1, 31), None]
AMOUNTS = [Decimal("-1.5"), Decimal(0), Decimal("5.25"), Decimal(6), None]


@pytest.mark.parametrize(("kind", "filter", "held", "expected"), [
    (DateTime(), UserServiceBase.CDT == "2021-01-30 08:15:16", MOMENTS, [2]),
    (DateTime(), UserServiceBase.CDT == "2021-01-30", MOMENTS, [1]),
    (DateTime(), UserServiceBase.CDT != "2021-01-30", MOMENTS, [0, 2, 3]),
    (DateTime(), UserServiceBase.CDT < "2021-01-30", MOMENTS, [0]),
    (DateTime(), UserServiceBase.CDT <= "2021-01-30", MOMENTS, [0, 1]),
    (DateTime(), UserServiceBase.CDT <= "2021-01-30 08:15:16", MOMENTS, [0, 1, 2]),
    (DateTime(), UserServiceBase.CDT > "2021-01-30 08:15:16", MOMENTS, [3]),
    (DateTime(), UserServiceBase.CDT >= "2021-01-30", MOMENTS, [1, 2, 3]),
    (DateTime(), UserServiceBase.CDT.in_(["2021-01-31", "2021-01-30 08:15:16"]), MOMENTS, [2, 3]),
    (Moment(), UserServiceBase.CDT == "2021-01-30", MOMENTS, [1]),
    (Date(), UserServiceBase.CDT == "2021-01-30", DAYS, [1]),
    (Date(), UserServiceBase.CDT < "2021-01-30 00:00:01", DAYS, [0, 1]),
    (Date(), UserServiceBase.EndDate == "2021-01-30", DAYS, [1]),
    (Date(), UserServiceBase.EndDate <= "2021-01-30", DAYS, [0, 1]),
    (Date(), UserServiceBase.EndDate > "0000-00-00", DAYS, [0, 1, 2]),
    (DateTime(), UserServiceBase.EndDate == "2021-01-30", MOMENTS, [1]),
    (DateTime(), UserServiceBase.EndDate <= "2021-01-30", MOMENTS, [0, 1]),
    (DateTime(), UserServiceBase.EndDate > "2021-01-30", MOMENTS, [2, 3]),
    (Numeric(18, 2), Service.Price == Decimal("5.25"), AMOUNTS, [2]),
    (Numeric(18, 2), Service.Price >= Decimal("5.25"), AMOUNTS, [2, 3]),
    (Numeric(18, 2), Service.Price < 0, AMOUNTS, [0]),
    (Float(53), Service.Price == Decimal("5.25"), [5.25, 5.2500001, -5.25, None], [0]),
    (Float(53), Service.Price > 5, [5.25, 5.0, -5.25, None], [0]),
    (Integer(), Service.Price > Decimal("4.5"), [4, 5, -4, None], [1]),
    (Enum("Base", "IP"), Service.ServiceType == "base", ["Base", "IP", None], [0]),
    (Enum("Yes", "No"), Service.ISEnable == True, ["Yes", "No", None], [0]),
    (Enum(Kind), Service.ServiceType != "Base", [Kind.Base, Kind.IP, None], [1]),
    (Shout(), User.Username == "ALI!", ["ali", "reza", None], [0]),
    (Shout(), User.Username.like("%!"), ["ali", "reza", None], [0, 1]),
])  # fmt: skip
def test_the_rows_of_a_column_of_each_type(
    engine: Engine, kind: Any, filter: Filter[Any], held: list[Any], expected: list[int]
) -> None:
    [field] = {word for word in filter.record.fields_by_name if word in str(filter).strip("(").split()}
    table = Table("held", MetaData(), Column("place", Integer), Column(field, kind))
    with engine.begin() as connection:
        table.create(connection)
        try:
            connection.execute(insert(table), [{"place": place, field: value} for place, value in enumerate(held)])
            query = select(table.c.place).where(where(filter, table)).order_by(table.c.place)
            assert list(connection.scalars(query)) == expected
        finally:
            table.drop(connection)


def test_fractions_of_a_second_do_not_count_on_sqlite() -> None:
    engine = create_engine("sqlite://")
    prepare(engine)
    table = Table("t", MetaData(), Column("CDT", DateTime))
    with engine.connect() as connection:
        table.create(connection)
        connection.execute(insert(table).values(CDT=datetime.fromisoformat("2021-01-30T08:15:16.500000")))
        query = select(func.count()).where(where(UserServiceBase.CDT == "2021-01-30 08:15:16", table))
        assert connection.scalar(query) == 1
    engine.dispose()


@pytest.mark.parametrize(("filter", "kind"), [
    (Service.ISEnable == True, Boolean()),
    (Service.ISEnable == True, mysql.TINYINT(1)),
    (Service.ServiceType == "Base", Integer()),
    (User.Username == "0912", Integer()),
    (User.Username == "0912", Numeric()),
    (User.Username == "x", LargeBinary()),
    (User.Username == "x", Uuid()),
    (User.Username.like("2021%"), Date()),
    (User.User_Id == 1, Boolean()),
    (User.User_Id == 1, Enum("1", "2")),
    (User.User_Id == 1, mysql.ENUM("1", "2")),
    (Service.Price > 1, DateTime()),
    (Service.Price > 1, String()),
    (Service.Price > Decimal("1.5"), String().with_variant(Numeric(18, 2), "mysql")),
    (User.User_Id == 1, Text()),
    (User.User_Id == 1, Shout()),
    (UserServiceBase.CDT > "2021-01-30", Integer()),
    (UserServiceBase.CDT > "2021-01-30", Seconds()),
    (UserServiceBase.CDT > "2021-01-30", Interval()),
    (UserServiceBase.EndDate > "2021-01-30", Enum("2021-01-30")),
])  # fmt: skip
def test_a_column_that_cannot_hold_the_field_is_refused(filter: Filter[Any], kind: Any) -> None:
    [field] = {word for word in filter.record.fields_by_name if word in str(filter).split()}
    with pytest.raises(FilterUsageError, match=f"^{field}: a column of .* is needed, not of {type(kind).__name__}"):
        where(filter, Table("t", MetaData(), Column(field, kind)))


def test_an_expression_makes_a_column_of_another_type(engine: Engine) -> None:
    columns: Any = {"ISEnable": case((C.c.flag == 1, "Yes"), else_="No"), "Username": cast(C.c.id, String(32))}
    assert ids(engine, where(Service.ISEnable == False, columns)) == {1, 3}
    assert ids(engine, where(User.Username == "3 ", columns)) == {3}
    assert ids(engine, where(User.User_Id == 3, {"User_Id": literal_column("id")})) == {3}
    assert ids(engine, where(User.User_Id > 3, {"User_Id": C.c.id + C.c.flag})) == {4, 5}
    assert ids(engine, where(Service.Price > Decimal("3.5"), {"Price": C.c.id - C.c.flag})) == {5}
    assert ids(engine, where(User.Username == "ali-", {"Username": C.c.login + "-"})) == {1, 3}
    label: Any = select(C.c.login).where(C.c.id == 2).scalar_subquery()
    assert ids(engine, where(User.Username.like("SA%"), {"Username": label})) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("kind", [
    DATETIME(storage_format="%(year)04d%(month)02d%(day)02d%(hour)02d%(minute)02d%(second)02d"),
    DATETIME(storage_format="%(year)04d-%(month)02d-%(day)02dT%(hour)02d:%(minute)02d:%(second)02d"),
    DATE(storage_format="%(day)02d.%(month)02d.%(year)04d"),
])  # fmt: skip
def test_days_that_sqlite_has_in_another_form_are_refused(kind: Any) -> None:
    clause = where(UserServiceBase.EndDate == "2021-01-30", {"EndDate": Column("EndDate", kind)})
    with pytest.raises(FilterUsageError, match=r"^EndDate: on SQLite days are needed as YYYY-MM-DD"):
        str(clause.compile(dialect=sqlite.dialect()))


class DayText(TypeDecorator[str]):
    impl = String(32)
    cache_ok = True


@pytest.mark.parametrize("filter", [
    UserServiceBase.EndDate <= "2021-01-30",
    UserServiceBase.EndDate == "0000-00-00",
    UserServiceBase.CDT != "2021-01-30",
])  # fmt: skip
@pytest.mark.parametrize("kind", [String(32), Text(), DayText()])
def test_days_as_text_are_for_sqlite_alone(filter: Filter[Any], kind: Any) -> None:
    clause = where(filter, Table("t", MetaData(), Column("EndDate", kind), Column("CDT", kind)))
    str(clause.compile(dialect=sqlite.dialect()))
    for name in ("mysql+pymysql", "mariadb+pymysql"):
        with pytest.raises(
            FilterUsageError, match=r"^t\.(EndDate|CDT): on MariaDB days need a column of Date or DateTime"
        ):
            clause.compile(dialect=make_url(f"{name}://").get_dialect()())


def test_a_zero_date_is_found_in_the_text_of_sqlite() -> None:
    kind = String(32).with_variant(mysql.DATE(), "mysql")
    table = Table("t", MetaData(), Column("EndDate", kind))
    clause = where(UserServiceBase.EndDate <= "2021-01-30", table)
    assert str(clause.compile(dialect=mysql.dialect())) == "t.`EndDate` <= %s"
    engine = create_engine("sqlite://")
    prepare(engine)
    with engine.connect() as connection:
        table.create(connection)
        days = ["0000-00-00", "2021-01-30", "2021-01-31"]
        connection.execute(insert(table), [{"EndDate": day} for day in days])
        assert list(connection.scalars(select(table.c.EndDate).where(clause))) == days[:2]
    engine.dispose()


def test_two_thousand_levels_as_an_operand() -> None:
    from deltasib_query import And, Comparison, Or, from_tree

    tree: Any = Comparison("User_Id", "=", 1)
    for n in range(1000):
        tree = And([Comparison("User_Id", ">", 0), Or([Comparison("User_Id", "=", n), tree])])
    clause = C.c.flag == ~where(from_tree(tree, User), COLUMNS)
    assert str(clause).startswith("customers.flag = (NOT (")
    assert select(C).where(clause)._generate_cache_key() is not None
    cloned_traverse(clause, {}, {})
