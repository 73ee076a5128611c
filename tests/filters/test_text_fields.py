"""Text, choices, and Yes or No: operators, literals, and warnings."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Any

import pytest

from deltasib_query import (
    Comparison,
    FilterTooComplexError,
    InvalidValueError,
    Record,
    Service,
    UnsafeLiteralError,
    UnsupportedOperatorError,
    User,
    UserPayment,
    UserServiceBase,
    check,
    parse,
)
from deltasib_query.filters.field import Field


class Names(StrEnum):
    ALI = "ali"


class Kinds(Enum):
    BASE = "Base"
    PATH = "a\\b"
    ONE = 1


class Evil(str):
    """A text that lies about itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return "x' or User_Id > 0 or Name = 'y"

    def replace(self, *_: Any, **__: Any) -> str:
        return "x' or User_Id > 0 or Name = 'y"

    def __iter__(self) -> Any:
        return iter("safe")

    def lower(self) -> str:
        return "yes"

    def capitalize(self) -> str:
        return "' or 1=1"


def codes(text: str, record: type[Record]) -> list[tuple[str, str]]:
    return [(problem.severity, problem.code) for problem in check(text, record)]


# Text


def test_the_operators_of_a_text() -> None:
    written = [
        User.Name == "a", User.Name != "a", User.Name < "a", User.Name > "a", User.Name <= "a", User.Name >= "a",
        User.Name.like("a"),
    ]  # fmt: skip
    assert [str(filter) for filter in written] == [
        "Name = 'a'", "Name <> 'a'", "Name < 'a'", "Name > 'a'", "Name <= 'a'", "Name >= 'a'", "Name like 'a'",
    ]  # fmt: skip


def test_digits_of_a_text_are_quoted() -> None:
    assert str(User.Username == "09121234567") == "Username = '09121234567'"


def test_a_field_of_uncertain_kind_is_quoted() -> None:
    assert str(UserPayment.VoucherNo == "12") == "VoucherNo = '12'"


def test_a_quote_is_doubled() -> None:
    assert str(User.Name == "O'Reilly") == "Name = 'O''Reilly'"


def test_an_empty_text_is_a_value() -> None:
    assert str(User.Name == "") == "Name = ''"


def test_contains_escapes_the_wildcards() -> None:
    assert str(User.Name.contains("50%_")) == r"Name like '%50\%\_%'"


def test_startswith_puts_its_wildcard_behind() -> None:
    assert str(User.Name.startswith("a_")) == r"Name like 'a\_%'"


def test_endswith_puts_its_wildcard_in_front() -> None:
    assert str(User.Name.endswith("%a")) == r"Name like '%\%a'"


def test_like_takes_its_wildcards_as_they_are() -> None:
    assert str(User.Name.like(r"a_%\%")) == r"Name like 'a_%\%'"


def test_in_is_an_or_of_equalities() -> None:
    assert str(User.Name.in_(["a", "b"])) == "(Name = 'a' or Name = 'b')"


def test_not_in_is_an_and_of_inequalities() -> None:
    assert str(User.Name.not_in(("a", "b"))) == "Name <> 'a' and Name <> 'b'"


def test_in_of_one_value_is_an_equality() -> None:
    assert User.Name.in_({"a"}) == (User.Name == "a")


def test_in_takes_a_generator() -> None:
    assert User.Name.in_(letter for letter in "ab") == User.Name.in_(["a", "b"])


def test_between_holds_both_ends() -> None:
    assert str(User.Name.between("a", "b")) == "Name >= 'a' and Name <= 'b'"


@pytest.mark.parametrize("value", [5, True, 1.5, b"x", ["x"], ("x",), object(), Kinds.ONE])
def test_a_text_takes_a_str_only(value: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        User.Name == value
    assert caught.value.code == "wrong-type"


@pytest.mark.parametrize("method", [User.Name.like, User.Name.contains, User.Name.startswith, User.Name.endswith])
def test_a_pattern_is_a_str(method: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        method(5)
    assert caught.value.code == "wrong-type"


def test_a_member_of_a_str_enum_is_its_value() -> None:
    assert str(User.Username == Names.ALI) == "Username = 'ali'"


def test_a_member_of_an_enum_is_its_value() -> None:
    field: Any = Service.ServiceType
    assert str(field == Kinds.BASE) == "ServiceType = 'Base'"


def test_a_member_of_a_str_enum_can_be_contained() -> None:
    assert str(User.Username.contains(Names.ALI)) == "Username like '%ali%'"


def test_an_unsafe_member_of_an_enum_is_refused() -> None:
    field: Any = User.Name
    with pytest.raises(UnsafeLiteralError):
        field == Kinds.PATH


@pytest.mark.parametrize("value", ["safe", "it's", "50%"])
def test_a_subclass_of_str_counts_by_its_characters_alone(value: str) -> None:
    assert (User.Name == Evil(value)).tree == Comparison("Name", "=", value)
    assert str(User.Name == Evil(value)) == str(User.Name == value)
    assert str(User.Name.contains(Evil(value))) == str(User.Name.contains(value))
    assert str(User.Name.in_([Evil(value), "b"])) == str(User.Name.in_([value, "b"]))


def test_the_value_in_the_tree_is_a_plain_str() -> None:
    tree = (User.Name == Evil("a")).tree
    assert isinstance(tree, Comparison)
    assert type(tree.value) is str


def test_a_lying_str_is_no_yes() -> None:
    with pytest.raises(InvalidValueError):
        Service.ISEnable == Evil("maybe")


def test_a_backslash_in_a_value_is_refused_at_its_place() -> None:
    with pytest.raises(UnsafeLiteralError) as caught:
        User.Name == "ab\\c"
    assert (caught.value.code, caught.value.span) == ("unsafe-character", (2, 3))


@pytest.mark.parametrize("character", ["\x00", "\n", "\t", "\x1b", "\x7f", "\x80", "\x9f", chr(0xD800), chr(0xDFFF)])
def test_a_control_or_half_character_is_refused(character: str) -> None:
    with pytest.raises(UnsafeLiteralError) as caught:
        User.Name == f"a{character}"
    assert caught.value.span == (1, 2)


@pytest.mark.parametrize("character", ["\u200c", "\u200f", "\u00a0", "\u2028", "\ufeff", "😀", "~", "\u00ad"])
def test_other_unusual_characters_are_carried(character: str) -> None:
    assert str(User.Name == character) == f"Name = '{character}'"


@pytest.mark.parametrize("pattern", ["a\\", "\\\\%", "\\a", "\\ %", "%\\"])
def test_a_backslash_in_a_pattern_stands_before_a_wildcard_only(pattern: str) -> None:
    with pytest.raises(UnsafeLiteralError):
        User.Name.like(pattern)


def test_a_text_longer_than_its_field_has_a_warning() -> None:
    assert codes(f"Username = '{'x' * 33}'", User) == [("warning", "long-text")]
    assert codes(f"Username = '{'x' * 32}'", User) == []


def test_a_length_is_counted_in_characters() -> None:
    assert codes(f"Name = '{'ع' * 32}'", User) == []


def test_a_pattern_may_be_longer_than_its_field() -> None:
    assert codes(f"Username like '{'x' * 32}%'", User) == []


def test_a_text_of_unknown_length_is_never_too_long() -> None:
    assert codes(f"Visibility = '{'x' * 500}'", UserServiceBase) == []


def test_a_wildcard_in_front_has_a_warning() -> None:
    assert codes("Name like '%a'", User) == [("warning", "leading-wildcard")]
    assert codes("Name like '_a'", User) == [("warning", "leading-wildcard")]
    assert codes("Name like 'a%'", User) == []


def test_an_escaped_wildcard_in_front_is_not_a_wildcard() -> None:
    assert codes(r"Name like '\%a%'", User) == []


def test_a_pattern_without_a_wildcard_has_a_warning() -> None:
    assert codes("Name like 'a'", User) == [("warning", "no-wildcard")]
    assert codes(r"Name like 'a\%'", User) == [("warning", "no-wildcard")]
    assert codes("Name like ''", User) == [("warning", "no-wildcard")]


def test_a_character_beyond_the_basic_plane_has_a_warning() -> None:
    assert codes("Name = '😀'", User) == [("warning", "beyond-bmp")]


def test_a_number_for_a_text_is_an_error_with_a_certain_repair() -> None:
    [problem] = check("Username = 09121234567", User)
    assert problem.code == "number-for-text"
    assert problem.repair is not None
    assert (problem.repair.replacement, problem.repair.span, problem.repair.certain) == (
        "'09121234567'",
        (11, 22),
        True,
    )


def test_the_repair_of_a_number_keeps_its_spelling() -> None:
    assert str(parse("Username = +007.50", User, repair=True)) == "Username = '+007.50'"


# Choices


def test_a_known_choice_is_written_as_documented() -> None:
    assert str(Service.ServiceType == "eXTRAcREDIT") == "ServiceType = 'ExtraCredit'"
    assert str(parse("PaymentType = 'tax'", UserPayment)) == "PaymentType = 'TAX'"


def test_an_unknown_choice_is_carried_as_it_is() -> None:
    assert str(Service.ServiceType == "Voip") == "ServiceType = 'Voip'"


def test_an_unknown_choice_has_a_warning() -> None:
    assert codes("ServiceType = 'Voip'", Service) == [("warning", "unknown-choice")]


def test_a_known_choice_has_no_warning() -> None:
    assert codes("ServiceType <> 'base'", Service) == []


def test_a_pattern_of_a_choice_is_left_alone() -> None:
    assert str(Service.ServiceType.like("base")) == "ServiceType like 'base'"
    assert codes("ServiceType like 'voip%'", Service) == []


def test_a_choice_has_no_order() -> None:
    with pytest.raises(UnsupportedOperatorError) as caught:
        parse("ServiceType >= 'Base'", Service)
    assert caught.value.code == "operator-not-allowed"
    assert caught.value.expected == ("=", "<>", "like")


def test_a_number_for_a_choice_has_an_uncertain_repair() -> None:
    [problem] = check("ServiceType = 1", Service)
    assert problem.code == "number-for-text"
    assert problem.repair is not None
    assert not problem.repair.certain


def test_a_number_for_a_choice_is_not_repaired_silently() -> None:
    with pytest.raises(InvalidValueError):
        parse("ServiceType = 1", Service, repair=True)


# Yes or No


@pytest.mark.parametrize(
    ("value", "label"), [(True, "Yes"), (False, "No"), ("yes", "Yes"), ("NO", "No"), ("Yes", "Yes")]
)
def test_yes_and_no_are_labels(value: bool | str, label: str) -> None:
    assert str(Service.ISEnable == value) == f"ISEnable = '{label}'"


@pytest.mark.parametrize("value", [1, 0, 1.0, None, [True]])
def test_yes_and_no_take_no_number(value: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Service.ISEnable == value
    assert caught.value.code == "wrong-type"


@pytest.mark.parametrize("value", ["", "maybe", "true", "1", " Yes", "Yes "])
def test_yes_and_no_take_no_other_text(value: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Service.ISEnable == value
    assert caught.value.code == "not-yes-or-no"


def test_a_typed_one_is_refused_for_yes_with_an_uncertain_repair() -> None:
    [problem] = check("ISEnable = 1", Service)
    assert problem.code == "not-yes-or-no"
    assert problem.repair is not None
    assert (problem.repair.replacement, problem.repair.certain) == ("'Yes'", False)


@pytest.mark.parametrize("operator", ["<", ">", "<=", ">=", "like"])
def test_yes_and_no_are_equal_or_not(operator: str) -> None:
    with pytest.raises(UnsupportedOperatorError) as caught:
        parse(f"ISEnable {operator} 'Yes'", Service)
    assert caught.value.expected == ("=", "<>")


@pytest.mark.parametrize("value", ["ISEnable = 'yes'", "ISEnable = 'YES'", "isenable='Yes'"])
def test_a_typed_yes_is_written_as_documented(value: str) -> None:
    assert str(parse(value, Service)) == "ISEnable = 'Yes'"


def test_in_of_yes_and_no() -> None:
    assert str(Service.ISEnable.in_([True, "no"])) == "(ISEnable = 'Yes' or ISEnable = 'No')"


def test_yes_and_no_have_no_like() -> None:
    field: Field[Any, Any] = Service.ISEnable
    assert not hasattr(field, "like")
    assert not hasattr(field, "between")


@pytest.mark.parametrize("field", [User.Username, Service.ServiceType])
def test_a_pattern_has_a_thousand_wildcards_at_most(field: Any) -> None:
    assert str(field.like("%a" * 1000)).count("%") == 1000
    with pytest.raises(FilterTooComplexError) as caught:
        field.like("%a" * 1001)
    assert caught.value.code == "too-many-wildcards"


def test_escaped_signs_are_no_wildcards_of_a_pattern() -> None:
    assert str(User.Username.contains("%" * 1001)).count("%") == 1003


@pytest.mark.parametrize("field", [User.Username, Service.ServiceType])
def test_only_signs_without_a_backslash_count_as_wildcards_of_a_pattern(field: Any) -> None:
    assert str(field.like(r"\%%" * 1000)).count("%") == 2000
    with pytest.raises(FilterTooComplexError):
        field.like(r"\%%" * 1001)


@pytest.mark.parametrize("text", ["a\\%", "\\_", "a\\"])
def test_a_backslash_in_a_text_to_search_for_is_refused_even_before_a_wildcard(text: str) -> None:
    for method in (User.Name.contains, User.Name.startswith, User.Name.endswith):
        with pytest.raises(UnsafeLiteralError):
            method(text)


def test_an_escaped_underscore_is_no_wildcard() -> None:
    assert codes(r"Name like 'a\_'", User) == [("warning", "no-wildcard")]
    assert codes(r"Name like '\_a%'", User) == []
