"""Arguments that break a rule are refused at once, before anything is sent."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from trustme import CA

from deltasib_query import (
    Client,
    DeltasibQueryError,
    FilterUsageError,
    OnlineRadiusUser,
    ParameterError,
    RecordMismatchError,
    Service,
    TransportError,
    User,
    UserPayment,
)

from .conftest import Ask, Requests, Serve
from .scripted import NO_TLS, Scripted, connect, table

Call = Callable[[Client], object]


def make(url: Any = "https://isp.example:1043", **options: Any) -> Client:
    return Client(url, **{"username": "reseller", "password": "x", "verify": NO_TLS, **options})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "isp.example:1043",
        "isp.example",
        "//isp.example",
        "ftp://isp.example",
        "https://",
        "https:///1.0",
        "https://user:password@isp.example",
        "https://user@isp.example",
        "https://isp.example?Token=x",
        "https://isp.example#x",
        "https://isp.example:port",
        "https://isp.example:99999",
        "https://isp.example:-1",
        "https://[::1",
        "https://isp.example\n",
        "https://isp\u200c.example",
        None,
        5,
        b"https://isp.example",
    ],
)
def test_an_address_without_scheme_host_and_port_alone(url: object) -> None:
    with pytest.raises(ParameterError) as caught:
        make(url)
    assert caught.value.parameter == "url"


def test_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(ParameterError) as caught:
        make("https://reseller:secret@isp.example")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://isp.example:1043", "https://isp.example:1043/"])
def test_a_slash_behind_an_address_does_not_matter(url: str) -> None:
    with make(url) as client:
        assert repr(client) == "<Client https://isp.example:1043>"


@pytest.mark.parametrize("url", ["http://[::1]:1043", "https://نمونه.example", "https://10.0.0.1:1043/proxy"])
def test_addresses_of_other_forms(url: str) -> None:
    make(url).close()


def test_a_path_in_front_of_the_service(serve: Serve) -> None:
    with Scripted(table(1), login=None) as server, connect(f"{server.url}/behind/") as client:
        with pytest.raises(DeltasibQueryError):
            client.user.list().first()  # the login is a row to this server
        assert server.calls[0].path == "/behind/1.0/auth/"


@pytest.mark.parametrize("parameter", ["username", "password"])
@pytest.mark.parametrize("value", [None, 5, b"secret"])
def test_an_account_whose_name_or_password_is_no_text(parameter: str, value: object) -> None:
    with pytest.raises(ParameterError) as caught:
        make(**{parameter: value})
    assert caught.value.parameter == parameter


def test_a_refused_password_is_not_repeated() -> None:
    with pytest.raises(ParameterError) as caught:
        make(password=b"secret")
    assert "secret" not in repr(caught.value)


@pytest.mark.parametrize("username", ["", "x" * 33])
def test_a_username_of_the_account_that_is_too_short_or_too_long(username: str) -> None:
    with pytest.raises(ParameterError, match=r"^username: 1 to 32 characters"):
        make(username=username)


@pytest.mark.parametrize("username", ["x", "x" * 32])
def test_a_username_of_the_account_of_the_shortest_and_longest_form(username: str) -> None:
    make(username=username).close()


def test_a_username_of_the_account_with_half_a_character() -> None:
    with pytest.raises(ParameterError, match="username"):
        make(username="ali\udcff")


def test_a_password_with_half_a_character() -> None:
    with pytest.raises(ParameterError, match="password") as caught:
        make(password="secret\udcff")
    assert "secret" not in repr(caught.value)


def test_a_username_of_a_customer_with_half_a_character(isp: Client) -> None:
    with pytest.raises(ParameterError, match="username"):
        isp.user_service_base.list(username="ali\udcff")


@pytest.mark.parametrize("username", [5, b"ali"])
def test_a_username_of_a_customer_that_is_no_name(isp: Client, username: Any) -> None:
    with pytest.raises(ParameterError, match="username"):
        isp.user_service_base.list(username=username)


def test_base_services_of_nobody(isp: Client) -> None:
    with pytest.raises(ParameterError, match="either username or user_id is needed"):
        isp.user_service_base.list()


def test_base_services_by_name_and_id(isp: Client) -> None:
    with pytest.raises(ParameterError, match="either username or user_id is needed"):
        isp.user_service_base.list(username="ali", user_id=1)


def test_credit_of_nobody(isp: Client) -> None:
    with pytest.raises(ParameterError, match="a user id or a filter is needed"):
        isp.user.credit_info()


LISTS_OF_A_USER: dict[str, Callable[[Client, Any], object]] = {
    "creditinfo": lambda isp, user_id: isp.user.credit_info(user_id=user_id),
    "payment": lambda isp, user_id: isp.user_payment.list(user_id=user_id),
    "service.base": lambda isp, user_id: isp.user_service_base.list(user_id=user_id),
}


@pytest.mark.parametrize("name", LISTS_OF_A_USER)
@pytest.mark.parametrize("user_id", [True, False, -1, "1", "ali", 1.0, 2**32, b"1", [1]])
def test_a_user_id_that_is_none(isp: Client, requests: Requests, name: str, user_id: object) -> None:
    with pytest.raises(ParameterError) as caught:
        LISTS_OF_A_USER[name](isp, user_id)
    assert caught.value.parameter == "user_id"
    assert requests == []


def test_a_payment_list_of_none(isp: Client) -> None:
    with pytest.raises(ParameterError, match="user_id"):
        isp.user_payment.list(user_id=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("user_id", [0, 2**32 - 1])
def test_the_smallest_and_the_largest_user_id(isp: Client, user_id: int) -> None:
    assert list(isp.user_payment.list(user_id=user_id)) == []


LISTS: dict[str, Callable[..., object]] = {
    "user": lambda isp, **options: isp.user.list(**options),
    "creditinfo": lambda isp, **options: isp.user.credit_info(user_id=1, **options),
    "service": lambda isp, **options: isp.service.list(**options),
    "radius": lambda isp, **options: isp.radius.list(**options),
    "payment": lambda isp, **options: isp.user_payment.list(user_id=1, **options),
    "service.base": lambda isp, **options: isp.user_service_base.list(user_id=1, **options),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("parameter", ["limit", "page_size", "start"])
@pytest.mark.parametrize("value", [-1, "5", 2.0, True])
def test_a_count_that_is_none(isp: Client, requests: Requests, name: str, parameter: str, value: object) -> None:
    with pytest.raises(ParameterError) as caught:
        LISTS[name](isp, **{parameter: value})
    assert caught.value.parameter == parameter
    assert requests == []


def test_a_page_of_no_rows(isp: Client) -> None:
    with pytest.raises(ParameterError, match=r"^page_size: a whole number of at least 1 is needed, not 0$"):
        isp.user.list(page_size=0)


@pytest.mark.parametrize("parameter", ["page_size", "start"])
def test_a_count_that_is_missing(isp: Client, parameter: str) -> None:
    with pytest.raises(ParameterError, match=parameter):
        LISTS["user"](isp, **{parameter: None})


@pytest.mark.parametrize("count", [-1, "5", None, True])
def test_taking_a_count_that_is_none(isp: Client, count: Any) -> None:
    with pytest.raises(ParameterError, match="count"):
        isp.user.list().take(count)


def test_text_in_the_place_of_a_filter(isp: Client) -> None:
    with pytest.raises(FilterUsageError, match=r"not str: parse\(text, User\) makes one of text"):
        isp.user.list("Username = 'ali'")  # type: ignore[arg-type]


@pytest.mark.parametrize("filter", [5, True, User.User_Id, User, [User.User_Id == 1]])
def test_something_else_in_the_place_of_a_filter(isp: Client, filter: Any) -> None:
    with pytest.raises(FilterUsageError, match=r"a Filter\[User\] is needed"):
        isp.user.list(filter)


def test_a_filter_of_another_object(isp: Client) -> None:
    with pytest.raises(RecordMismatchError, match=r"Filter\[User\] is needed, not a Filter\[Service\]"):
        isp.user.list(Service.Service_Id == 1)  # type: ignore[arg-type]


def test_a_constant_filter_of_another_object(isp: Client) -> None:
    with pytest.raises(RecordMismatchError):
        isp.user.list(Service.Service_Id.in_([]))  # type: ignore[arg-type]


def test_a_filter_of_users_is_none_of_their_credit(isp: Client) -> None:
    with pytest.raises(RecordMismatchError):
        isp.user.credit_info(filter=User.User_Id == 1)  # type: ignore[arg-type]


def test_a_field_of_another_object(isp: Client) -> None:
    with pytest.raises(RecordMismatchError, match=r"OnlineRadiusUser.User_Id> is not a field of User"):
        isp.user.list(fields=[OnlineRadiusUser.User_Id])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda isp: isp.user.list(pagesize=5), "pagesize"),
        (lambda isp: isp.user.scan(start=5), "start"),
        (lambda isp: isp.user.credit_info(user_id=1, fields=[]), "fields"),
    ],
)
def test_an_argument_that_a_list_has_not(ask: Ask, call: Call, name: str) -> None:
    with pytest.raises(TypeError, match=rf"^this list has no argument {name}$"):
        ask("https://isp.example", call)


@pytest.mark.parametrize("fields", [["Username"], "Username", [None], [User]])
def test_something_else_in_the_place_of_fields(isp: Client, fields: Any) -> None:
    with pytest.raises(ParameterError, match=r"fields: fields are needed, as in \[User.User_Id\]"):
        isp.user.list(fields=fields)


def test_a_field_in_the_place_of_fields(isp: Client) -> None:
    with pytest.raises(FilterUsageError):
        isp.user_payment.list(user_id=1, fields=UserPayment.Price)  # type: ignore[arg-type]


def test_a_closed_client(isp: Client) -> None:
    isp.close()
    with pytest.raises(TransportError, match="the client is closed"):
        isp.user.list().first()


def test_a_listing_of_a_client_that_is_closed_in_the_middle(isp: Client) -> None:
    rows = iter(isp.user.list(page_size=1))
    next(rows)
    isp.close()
    with pytest.raises(TransportError, match="the client is closed"):
        next(rows)


def test_the_end_of_a_with_closes_the_client(serve: Serve) -> None:
    pair = serve(table(1))
    with pair.client as same:
        assert same is pair.client
    with pytest.raises(TransportError):
        pair.client.user.list().first()


def test_closing_twice(isp: Client) -> None:
    isp.close()
    isp.close()


AUTHORITY = CA()


@pytest.fixture(scope="module")
def secure() -> Iterator[Scripted]:
    """A server whose certificate is signed by an authority that nobody knows."""
    with Scripted(table(1), certificate=AUTHORITY.issue_cert("127.0.0.1")) as server:
        yield server


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path


def test_a_certificate_that_nobody_trusts_is_refused(secure: Scripted) -> None:
    with connect(secure.url, verify=True) as client, pytest.raises(TransportError, match="certificate verify failed"):
        client.user.list().first()


@pytest.mark.parametrize("form", [str, Path])
def test_a_file_of_certificates_is_trusted(secure: Scripted, trusted: Path, form: Callable[[Path], str | Path]) -> None:
    with connect(secure.url, verify=form(trusted)) as client:
        assert client.user.list().first() is not None


def test_a_context_is_taken_as_it_is(secure: Scripted, trusted: Path) -> None:
    with connect(secure.url, verify=ssl.create_default_context(cafile=trusted)) as client:
        assert client.user.list().first() is not None


def test_no_verification_warns_where_the_client_is_made(secure: Scripted) -> None:
    with pytest.warns(UserWarning, match="certificate is not verified") as caught:
        Client(secure.url, username="reseller", password="x", verify=False).close()
    assert [warning.filename for warning in caught] == [__file__]


def test_no_verification_takes_any_certificate(secure: Scripted) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = connect(secure.url, verify=False)
    with client:
        assert client.user.list().first() is not None


def test_verification_does_not_warn() -> None:
    make(verify=True).close()


def test_a_file_of_certificates_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"^verify: .*missing\.pem"):
        make(verify=tmp_path / "missing.pem")


def test_a_file_of_certificates_that_has_none(tmp_path: Path) -> None:
    path = tmp_path / "empty.pem"
    path.write_text("no certificate")
    with pytest.raises(ParameterError, match=r"^verify: .*empty\.pem"):
        make(verify=path)


def test_another_version_is_asked_for_by_its_path(serve: Serve) -> None:
    pair = serve(table(1), version="1.1")
    with pytest.raises(DeltasibQueryError):
        pair.client.user.list().first()  # this server has no login but that of 1.0
    assert pair.server.calls[0].path == "/1.1/auth/"


def test_a_transport_of_the_callers_is_sent_through() -> None:
    asked: list[tuple[str, str]] = []

    class Transport(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            asked.append((request.method, str(request.url.path)))
            return httpx.Response(200, json={"token": "t"} if request.method == "POST" else [{"User_Id": 1}])

    with make(transport=Transport()) as client:
        assert client.user.list(limit=1).one().User_Id == 1
    assert asked == [("POST", "/1.0/auth/"), ("GET", "/1.0/user/")]
