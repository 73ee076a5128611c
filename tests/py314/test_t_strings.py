"""t-strings, which Python 3.14 has."""

import pytest

from deltasib_query import FilterError, FilterUsageError, User, check, parse


def test_a_t_string_is_its_text_with_its_values() -> None:
    mine, name, low = (User.User_Id < 5) | (User.User_Id > 9), "' or '1'='1", 3
    filter = parse(t"{mine} and Username = {name} and User_Id >= {low + 1}", User)
    assert filter == mine & (User.Username == name) & (User.User_Id >= 4)
    assert check(t"Username = {name}", User) == []


def test_a_value_in_quotes_is_refused() -> None:
    name = "x"
    with pytest.raises(FilterError, match="in quotes"):
        parse(t"Username = '{name}'", User)


def test_a_conversion_a_format_and_a_field_are_refused() -> None:
    low, field = 3, "User_Id"
    for template in (t"User_Id = {low!r}", t"User_Id = {low:>5}", t"User_Id {low=}"):
        with pytest.raises(FilterUsageError):
            parse(template, User)
    with pytest.raises(FilterError):
        parse(t"{field} = 5", User)
