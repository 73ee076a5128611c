"""Forms and query strings: `from_lookups`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.datastructures import FormData, QueryParams

from deltasib_query import (
    FilterError,
    FilterUsageError,
    Limits,
    ParameterError,
    Policy,
    RecordMismatchError,
    Service,
    User,
    UserPayment,
    all_rows,
    check_lookups,
    from_lookups,
    no_rows,
    parse,
)
from deltasib_query.display import shown
from deltasib_query.filters.fields import TextField

POLICY = Policy(User, scope=User.User_Id < 200, fields=[User.Username, User.Name], operators=["=", "like"])


class Getlist(dict[str, list[str]]):
    """As Werkzeug's `MultiDict` and Django's `QueryDict`: a dict of lists, of which an item is one value."""

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(key)[-1]

    def getlist(self, key: str) -> list[str]:
        return super().__getitem__(key)


class Getall(Mapping[str, str]):
    """As multidict's and WebOb's: a key comes as often as it has values."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def __getitem__(self, key: str) -> str:
        return next(value for name, value in self.pairs if name == key)

    def __iter__(self) -> Any:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def getall(self, key: str) -> list[str]:
        return [value for name, value in self.pairs if name == key]


def text_of(lookups: Any, record: Any = User) -> str:
    return str(from_lookups(lookups, record))


def problems_of(lookups: Any, within: Any = User, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(FilterError) as caught:
        from_lookups(lookups, within, **more)
    return [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("Username", "a", "Username = 'a'"),
        ("username", "a", "Username = 'a'"),
        ("Username__exact", "a", "Username = 'a'"),
        ("Username__iexact", "a", "Username = 'a'"),
        ("Username__ne", "a", "Username <> 'a'"),
        ("Username__contains", "5%", r"Username like '%5\%%'"),
        ("Username__icontains", "a", "Username like '%a%'"),
        ("Username__startswith", "a", "Username like 'a%'"),
        ("Username__istartswith", "a", "Username like 'a%'"),
        ("Username__endswith", "a", "Username like '%a'"),
        ("Username__iendswith", "a", "Username like '%a'"),
        ("User_Id", "5", "User_Id = 5"),
        ("User_Id__lt", "5", "User_Id < 5"),
        ("User_Id__lte", "5", "User_Id <= 5"),
        ("User_Id__gt", 5, "User_Id > 5"),
        ("User_Id__gte", 5.0, "User_Id >= 5"),
        ("User_Id__in", ["1", "2"], "(User_Id = 1 or User_Id = 2)"),
        ("User_Id__in", ("1",), "User_Id = 1"),
        ("User_Id__in", "1", "User_Id = 1"),
        ("User_Id__range", ["1", "2"], "User_Id >= 1 and User_Id <= 2"),
        ("Username", [" "], "Username = ' '"),
        ("User_Id", 0, "User_Id = 0"),
        ("Username", "' or '1'='1", "Username = ''' or ''1''=''1'"),
    ],
)
def test_a_lookup_is_a_condition(key: str, value: object, text: str) -> None:
    assert text_of({key: value}) == text


def test_values_of_python_are_those_of_code() -> None:
    assert text_of({"ISEnable": False}, Service) == "ISEnable = 'No'"
    assert text_of({"VoucherDate__gte": date(2021, 1, 30)}, UserPayment) == "VoucherDate >= '2021-01-30'"
    assert problems_of({"User_PaymentCD": date(2021, 1, 30)}, UserPayment) == [("wrong-type", "/User_PaymentCD")]


def test_all_lookups_hold_in_the_order_of_the_form() -> None:
    given = {"Name__contains": "a", "User_Id__in": ["1", "2"], "Username": "x"}
    assert text_of(given) == "Name like '%a%' and (User_Id = 1 or User_Id = 2) and Username = 'x'"


@pytest.mark.parametrize("blank", ["", None, [], [""], ["", ""], (), [None]], ids=repr)
@pytest.mark.parametrize("key", ["Name", "Name__contains", "User_Id__in", "User_Id__range", "Name__ne"])
def test_what_is_blank_is_left_out(key: str, blank: object) -> None:
    assert text_of({key: blank, "Username": "x"}) == "Username = 'x'"
    assert from_lookups({key: blank}, User, none=all_rows(User)) == all_rows(User)


@pytest.mark.parametrize(
    ("lookups", "code", "path"),
    [
        ({"Usernme": "x"}, "unknown-field", "/Usernme"),
        ({"Usernme": ""}, "unknown-field", "/Usernme"),
        ({"page": "2"}, "unknown-field", "/page"),
        ({"": "x"}, "unknown-field", "/"),
        ({"__gte": "5"}, "unknown-field", "/__gte"),
        ({"a/b~": "x"}, "unknown-field", "/a~1b~0"),
        ({5: "x"}, "unknown-field", "/5"),
        ({10**5000: "x"}, "unknown-field", "/<int>"),
        ({"a\n": "x"}, "unknown-field", r"/a\n"),
        ({"Username__": "x"}, "operator", "/Username__"),
        ({"Username__foo": ""}, "operator", "/Username__foo"),
        ({"Username__GTE": "x"}, "operator", "/Username__GTE"),
        ({"Username__regex": "x"}, "operator", "/Username__regex"),
        ({"Username__iregex": "x"}, "operator", "/Username__iregex"),
        ({"Username__isnull": "1"}, "null", "/Username__isnull"),
        ({"Username__exclude": "x"}, "negation", "/Username__exclude"),
        ({"User_Id": "abc"}, "not-a-number", "/User_Id"),
        ({"User_Id__in": ["1", "x"]}, "not-a-number", "/User_Id__in/1"),
        ({"User_Id__in": "1,2"}, "not-a-number", "/User_Id__in"),
        ({"User_Id__contains": "5"}, "operator-not-allowed", "/User_Id__contains"),
        ({"User_Id__in": ["1", ""]}, "empty-value", "/User_Id__in/1"),
        ({"User_Id__range": ["", "5"]}, "empty-value", "/User_Id__range/0"),
        ({"User_Id__range": ["5"]}, "empty-value", "/User_Id__range"),
        ({"User_Id__range": "5"}, "empty-value", "/User_Id__range"),
        ({"User_Id__range": ["1", "2", "3"]}, "empty-value", "/User_Id__range"),
        ({"User_Id__range": ["9", "1"]}, "empty-range", "/User_Id__range"),
        ({"Username": ["a", "b"]}, "wrong-type", "/Username"),
        ({"Username": {"$ne": None}}, "wrong-type", "/Username"),
        ({"Username__contains": 5}, "wrong-type", "/Username__contains"),
        ({"Username": True}, "wrong-type", "/Username"),
        ({"User_Id": False}, "wrong-type", "/User_Id"),
        ({"Username": b"x"}, "wrong-type", "/Username"),
        ({"Username": "a\\b"}, "unsafe-character", "/Username"),
        ({"model_config": "x"}, "unknown-field", "/model_config"),
    ],
    ids=shown,
)
def test_what_is_no_lookup_is_an_error_at_its_key(lookups: Any, code: str, path: str) -> None:
    assert problems_of({**lookups, "Name": "x"}) == [(code, path)]
    assert problems_of(lookups, none=no_rows(User)) == [(code, path)]


def test_all_problems_come_at_once() -> None:
    given = {"Usernme__foo": "x", "Name": "x", "User_Id": "abc", "Family__isnull": "1"}
    assert problems_of(given) == [
        ("unknown-field", "/Usernme__foo"), ("operator", "/Usernme__foo"),
        ("not-a-number", "/User_Id"), ("null", "/Family__isnull"),
    ]  # fmt: skip


def test_a_repair_is_of_the_key() -> None:
    with pytest.raises(FilterError) as caught:
        from_lookups({"Usernme__startswith": "x"}, User)
    assert caught.value.repair is not None
    assert caught.value.repair.apply("Usernme__startswith") == "Username__startswith"
    assert str(caught.value).startswith("user has no field `Usernme` (at /Usernme__startswith)")


def test_what_is_ignored_is_ignored_and_nothing_else() -> None:
    given = {"page": "2", "csrf": "x", "Name": "a"}
    assert str(from_lookups(given, User, ignore=("page", "csrf"))) == "Name = 'a'"
    assert problems_of(given, ignore=("page",)) == [("unknown-field", "/csrf")]
    with pytest.raises(ParameterError, match="ignore: several keys are needed"):
        from_lookups(given, User, ignore="page,csrf")


@pytest.mark.parametrize(
    "given",
    [
        {"User_Id__in": ["1", "2"], "Name": ["a"]},
        parse_qs("User_Id__in=1&User_Id__in=2&Name=a"),
        Getlist({"User_Id__in": ["1", "2"], "Name": ["a"]}),
        Getall(("User_Id__in", "1"), ("User_Id__in", "2"), ("Name", "a")),
        QueryParams("User_Id__in=1&User_Id__in=2&Name=a"),
        FormData([("User_Id__in", "1"), ("User_Id__in", "2"), ("Name", "a")]),
    ],
    ids=lambda given: type(given).__name__,
)
def test_several_values_of_a_key(given: Any) -> None:
    assert text_of(given) == "(User_Id = 1 or User_Id = 2) and Name = 'a'"


def test_several_values_of_a_key_are_not_narrowed_to_one() -> None:
    assert problems_of(QueryParams("Name=a&Name=b")) == [("wrong-type", "/Name")]
    assert problems_of(Getlist({"Name": ["a", "b"]})) == [("wrong-type", "/Name")]


def test_a_name_with_two_underscores_is_a_field_where_there_is_one() -> None:
    class Own(User):
        Price__gt = TextField[Any](9)
        Price = TextField[Any](9)

    assert text_of({"Price__gt": "5"}, Own) == "Price__gt = '5'"
    assert text_of({"Price__gt__gt": "5", "Price__lt": "3"}, Own) == "Price__gt > '5' and Price < '3'"


@pytest.mark.parametrize("given", [None, "Name=a", [("Name", "a")], 5], ids=repr)
def test_a_mapping_is_needed(given: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"a mapping such as request\.args is needed"):
        from_lookups(given, User)


def test_none_is_a_filter_of_the_same_record_even_where_it_is_not_used() -> None:
    for none in (all_rows(Service), Service.Service_Id == 5):
        with pytest.raises(RecordMismatchError):
            from_lookups({"Name": "a"}, User, none=none)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]


def test_under_a_policy_the_filter_is_within_the_scope() -> None:
    assert from_lookups({"Username__startswith": "a"}, POLICY) == POLICY.admit("Username like 'a%'")
    assert from_lookups({"Username": ""}, POLICY) == POLICY.scope
    assert from_lookups({}, POLICY, none=no_rows(User)) == no_rows(User)
    assert from_lookups({}, POLICY, none=User.Name == "x") == (User.Name == "x") & POLICY.scope


@pytest.mark.parametrize(
    ("lookups", "code"),
    [
        ({"User_Id": "5"}, "unknown-field"), ({"Family": ""}, "unknown-field"),
        ({"Username__lt": "x"}, "operator-not-allowed"), ({"Username__ne": "x"}, "operator-not-allowed"),
        ({"Username__contains": "x"}, "leading-wildcard"),
    ],
)  # fmt: skip
def test_a_policy_refuses_what_it_refuses_of_a_text(lookups: dict[str, Any], code: str) -> None:
    assert [found for found, _ in problems_of(lookups, POLICY)] == [code]


def test_limits_are_those_of_a_text() -> None:
    few = Policy(User, scope="all rows", limits=Limits(text=20, comparisons=3))
    assert problems_of({"User_Id__in": ["1"] * 4}, few) == [("too-many-comparisons", "/User_Id__in")]
    assert problems_of({"User_Id__in": ["1"] * 3, "Name": "x"}, few) == [("too-many-comparisons", "/Name")]
    assert problems_of({"Name": "x" * 21}, few) == [("text-too-long", "/Name")]
    assert problems_of({"User_Id__in": ["1"] * 100_000}, User) == [("too-many-comparisons", "/User_Id__in")]


def test_a_form_is_read_as_its_text_is() -> None:
    given = {"Username__startswith": "ali", "User_Id__range": ["5", "9"]}
    assert from_lookups(given, User) == parse("Username like 'ali%' and User_Id >= 5 and User_Id <= 9", User)


@pytest.mark.parametrize(("typed", "meant"), [("۱۲", 12), (" 12 ", 12), ("١٢", 12), ("1,500", 1500)])
def test_repair_takes_the_number_that_is_certainly_meant(typed: str, meant: int) -> None:
    with pytest.raises(FilterError):
        from_lookups({"User_Id": typed}, User)
    assert str(from_lookups({"User_Id": typed}, User, repair=True)) == f"User_Id = {meant}"


@pytest.mark.parametrize("typed", ["ده", "12a", "1399/11/11"])
def test_repair_guesses_nothing(typed: str) -> None:
    with pytest.raises(FilterError):
        from_lookups({"VoucherDate": typed}, UserPayment, repair=True)


def test_what_is_wrong_and_what_is_doubtful_is_returned_with_its_key() -> None:
    form = {"Family": "كريمي", "User_Id__gte": "x", "Usernme": "ali", "page": "2", "Name": ""}
    assert [(each.path, each.severity, each.code) for each in check_lookups(form, User, ignore=("page",))] == [
        ("/Family", "warning", "arabic-letter"),
        ("/User_Id__gte", "error", "not-a-number"),
        ("/Usernme", "error", "unknown-field"),
    ]
    assert check_lookups({"Username": "ali"}, POLICY) == []
    assert [each.code for each in check_lookups({"Family": "x"}, POLICY)] == ["unknown-field"]


@pytest.mark.parametrize(("form", "ignore"), [("Username=ali", ()), ({"Username": "ali"}, "page")])
def test_what_is_no_form_is_refused_by_both(form: Any, ignore: Any) -> None:
    for read in (from_lookups, check_lookups):
        with pytest.raises((FilterUsageError, ParameterError)):
            read(form, User, ignore=ignore)
