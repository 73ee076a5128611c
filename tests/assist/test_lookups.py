"""Values that are looked up within a policy's scope."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from deltasib_query import AsyncClient, Client, Filter, Policy, User, UserPayment, complete, values_from
from deltasib_query.assist.completions import Wanted
from deltasib_query.sandbox import Sandbox

SCOPE = User.User_Id < 200
POLICY = Policy(User, scope=SCOPE)


class Users:
    """A list that remembers what it was asked for."""

    def __init__(self, *names: str | None) -> None:
        self.rows = [User(Username=name) for name in names]
        self.filters: list[str] = []

    def list(self, filter: Filter[User], *, fields: Iterable[Any], limit: int) -> Iterable[User]:
        self.filters.append(str(filter))
        assert [field.name for field in fields] == ["Username"]
        assert limit == 50
        return self.rows


def wanted(typed: str, operator: str = "=") -> Wanted:
    return Wanted(User.Username, operator, typed)


def test_rows_are_asked_for_within_the_scope() -> None:
    users = Users("ali", "alireza", None)
    assert [*values_from(users.list)(POLICY, wanted("al"))] == ["ali", "alireza", None]
    assert users.filters == ["Username like 'al%' and User_Id < 200"]


def test_an_or_in_the_scope_stays_within_it() -> None:
    users = Users()
    policy = Policy(User, scope=(User.User_Id == 1) | (User.User_Id == 2))
    assert [*values_from(users.list)(policy, wanted("al"))] == []
    assert users.filters == ["Username like 'al%' and (User_Id = 1 or User_Id = 2)"]


def test_without_a_scope_all_rows_are_asked_for() -> None:
    users = Users()
    values_from(users.list)(Policy(User, scope="all rows"), wanted("al"))
    assert users.filters == ["Username like 'al%'"]


@pytest.mark.parametrize("typed", ["", "a", "%", "\\\\", "a\\", "ab\x00", "\ud83d\ude00\ud83d"])
def test_too_few_letters_and_impossible_ones_ask_for_nothing(typed: str) -> None:
    users = Users("ali")
    assert values_from(users.list)(POLICY, wanted(typed)) == ()
    assert users.filters == []


def test_wildcards_are_escaped() -> None:
    users = Users()
    values_from(users.list)(POLICY, wanted("%_", "like"))
    assert users.filters == [r"Username like '\%\_%' and User_Id < 200"]


def test_numbers_and_dates_are_not_looked_up() -> None:
    policy = Policy(UserPayment, scope="all rows")
    for text in ("Price = 12", "VoucherDate = '20", "User_Payment_Id = '12"):
        assert complete(text, len(text), policy).wants is None
    for text in ("Comment = 'ab", "PaymentType = 'Ca"):
        assert complete(text, len(text), policy).wants is not None


def test_an_asynchronous_list_gives_asynchronous_values() -> None:
    async def users(_filter: Filter[User], **_options: object) -> AsyncIterator[User]:
        yield User(Username="ali")

    async def values() -> list[object]:
        return [value async for value in values_from(users)(POLICY, wanted("al"))]

    assert asyncio.run(values()) == ["ali"]


def test_both_clients_find_values_of_the_scope_only() -> None:
    text = "Username = 'user"
    found = complete(text, len(text), POLICY)
    wants = found.wants
    assert wants is not None
    rows = [{"User_Id": number, "Username": f"user{number}"} for number in (199, 200)]
    with Sandbox(rows={User: rows}) as sandbox:
        with Client(sandbox.url, username=sandbox.username, password=sandbox.password) as isp:
            known = values_from(isp.user.list)(POLICY, wants)
            assert [item.label for item in found.with_values(known).items][1:] == ["user199"]

        async def values() -> list[object]:
            async with AsyncClient(sandbox.url, username=sandbox.username, password=sandbox.password) as isp:
                return [value async for value in values_from(isp.user.list)(POLICY, wants)]

        assert asyncio.run(values()) == ["user199"]
