"""Answers as servers really give them, over HTTP and in both clients: what is read, what is refused, what is shown."""

from __future__ import annotations

import json
import traceback
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.conftest import Ask, Call, Start
from client.scripted import DONE, Answer, always, as_json, table, user
from deltasib_query import (
    InvalidDataError,
    InvalidKeyError,
    InvalidRowError,
    OnlineRadiusUser,
    ParameterError,
    ServerProfile,
    ServiceError,
    UnexpectedResponseError,
    User,
    UserCreditInfo,
)
from deltasib_query.client.wire.decoding import NotJSON, read_json

CALLS: dict[str, Call] = {
    "list": lambda isp: isp.user.list(),
    "first": lambda isp: isp.user.list().first(),
    "count": lambda isp: isp.user.list().count(),
    "scan": lambda isp: isp.user.scan(),
    "creditinfo": lambda isp: isp.user.credit_info(user_id=7),
    "creditinfo of many": lambda isp: isp.user.credit_info(filter=UserCreditInfo.User_Id >= 7),
    "currentstatus": lambda isp: isp.user_status.current_status(user_id=7),
    "add": lambda isp: isp.user.add("ali", "secret"),
    "disconnect": lambda isp: isp.radius.disconnect(OnlineRadiusUser.Nas_Id == 3),
}
FIRST = CALLS["first"]
SECRET = "راز"
SKIPPING = ServerProfile(skip_preamble=True)


def raised(start: Start, ask: Ask, answer: Answer, call: Call = FIRST, **options: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        ask(start(always(answer)).url, call, **options)
    return caught.value


def one(start: Start, ask: Ask, answer: Answer, **options: Any) -> Any:
    return ask(start(always(answer)).url, FIRST, **options)


def text(body: str, charset: str | None = None, **more: Any) -> Answer:
    headers = {"Content-Type": "application/json" if charset is None else f"application/json; charset={charset}"}
    return Answer(body.encode("utf-8"), headers=headers, **more)


# Errors in a list


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(
    "error",
    [
        [{"ErrorCode": -5, "ErrorDesc": "no"}],
        [{"ErrorCode": "-5", "ErrorDesc": "no"}],
        [{"errorcode": " -5 ", "errordesc": "no"}],
        {"0": {"ErrorCode": -5, "ErrorDesc": "no"}},
        [{"ErrorDesc": "no", "ErrorCode": -5.0}, {"User_Id": 1}],
    ],
)
def test_a_list_of_an_error_is_that_error(start: Start, ask: Ask, name: str, status: int, error: object) -> None:
    found = raised(start, ask, as_json(error, status), CALLS[name])
    assert (type(found), found.code, found.status, found.description) == (InvalidDataError, -5, status, "no")


@pytest.mark.parametrize("code", [-2, "-2"])
def test_a_list_of_an_error_is_that_error_at_the_login(start: Start, ask: Ask, code: object) -> None:
    server = start(table(1), always(as_json([{"ErrorCode": code}])))
    with pytest.raises(InvalidKeyError):
        ask(server.url, FIRST)
    assert server.calls == []


def test_an_error_behind_rows_is_that_error(start: Start, ask: Ask) -> None:
    rows = [user(1), {"ErrorCode": -5, "ErrorDesc": "no"}]
    assert type(raised(start, ask, as_json(rows), CALLS["list"])) is InvalidDataError


@pytest.mark.parametrize("code", ["-1e999999999", "-" + "9" * 5000, '"-5x"', "-1e99999999999999999999", "true", "NaN"])
def test_a_code_that_is_no_number_is_no_code(start: Start, ask: Ask, code: str) -> None:
    error = raised(start, ask, text(f'{{"ErrorCode": {code}}}', status=500))
    assert (type(error), error.code) == (UnexpectedResponseError, None)


@pytest.mark.parametrize("description", [None, 5, ["a", SECRET], {"Name": SECRET}, [[[[]]]]])
def test_a_description_that_is_no_text(start: Start, ask: Ask, description: object) -> None:
    error = raised(start, ask, as_json({"ErrorCode": -5, "ErrorDesc": description}))
    assert (type(error), len(error.description) < 100) == (InvalidDataError, True)


# What is no row


@pytest.mark.parametrize("name", ["list", "first", "creditinfo", "creditinfo of many", "currentstatus"])
@pytest.mark.parametrize(
    "answer",
    [{"data": [{"User_Id": 1}]}, {"message": SECRET}, {"5": {"User_Id": 1}}, {"1": {"User_Id": 1}, "0": {"User_Id": 2}},
     {"ErrorCode": 0, "ErrorDesc": "OK"}, {"": SECRET}],
)  # fmt: skip
def test_an_object_without_a_documented_name_is_no_row(start: Start, ask: Ask, name: str, answer: object) -> None:
    error = raised(start, ask, as_json(answer), CALLS[name])
    assert type(error) is UnexpectedResponseError
    assert SECRET not in str(error)


@pytest.mark.parametrize("on_bad_row", ["raise", "skip", "collect"])
@pytest.mark.parametrize("rows", [[{"message": "x"}], [user(1), {}], [{"Users": [user(1)]}, user(2)]])
def test_a_row_without_a_documented_name_is_an_answer_of_another_shape(
    start: Start, ask: Ask, rows: object, on_bad_row: str
) -> None:
    error = raised(start, ask, as_json(rows), lambda isp: isp.user.list(on_bad_row=on_bad_row))
    assert type(error) is UnexpectedResponseError


@pytest.mark.parametrize("nothing", [None, {}, []])
@pytest.mark.parametrize("name", ["list", "first", "count", "creditinfo", "creditinfo of many"])
def test_nothing_is_no_rows(start: Start, ask: Ask, name: str, nothing: object) -> None:
    assert not ask(start(always(as_json(nothing))).url, CALLS[name])


def test_an_object_with_the_keys_of_a_list_is_one(start: Start, ask: Ask) -> None:
    rows = ask(start(lambda asked: as_json({str(n): user(n) for n in range(asked.start, 12)})).url,
               lambda isp: isp.user.list(limit=12))  # fmt: skip
    assert [row.User_Id for row in rows] == list(range(12))


@pytest.mark.parametrize("answer", [user(7), {"0": user(7)}, [user(7)]])
def test_one_row_in_any_form(start: Start, ask: Ask, answer: object) -> None:
    assert one(start, ask, as_json(answer)).User_Id == 7


# More rows than asked for


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        (lambda isp: isp.user.list(page_size=3), 3),
        (lambda isp: isp.user.list(limit=3), 3),
        (lambda isp: isp.user.list().first(), 1),
        (lambda isp: isp.user.list().count(), 1),
        (lambda isp: isp.user.credit_info(user_id=7), 1),
        (lambda isp: isp.user.credit_info(filter=UserCreditInfo.User_Id >= 7, page_size=3), 3),
        (lambda isp: isp.user.list().take(2), 2),
    ],
)
def test_more_rows_than_asked_for_are_an_error(start: Start, ask: Ask, call: Call, asked: int) -> None:
    error = raised(start, ask, as_json([user(number) for number in range(50)]), call)
    assert type(error) is UnexpectedResponseError
    assert error.description == f"the response has 50 rows for LimitCount={asked}"


def test_more_rows_than_asked_for_are_not_decoded(start: Start, ask: Ask) -> None:
    error = raised(start, ask, as_json([{"User_Id": "x"}, {"User_Id": "y"}]), FIRST)
    assert type(error) is UnexpectedResponseError


# Rows of any size and with any characters


@pytest.mark.parametrize("key", ["user_id", "USER_ID", "User_Id"])
def test_a_row_with_very_many_keys_is_read_in_linear_time(start: Start, ask: Ask, key: str) -> None:
    """In quadratic time this would take many minutes."""
    row: dict[str, object] = {f"key{number}": 0 for number in range(100_000)}
    row |= {"uSERNAME": "ali", key: 5}
    found = one(start, ask, as_json([row]), timeout=60)
    assert (found.User_Id, found.Username, len(found.model_extra)) == (5, "ali", 100_000)


def test_of_two_spellings_of_a_name_none_is_lost() -> None:
    row = User.from_row({"USER_ID": 1, "user_id": 2})
    assert (row.User_Id, row.model_extra) == (1, {"user_id": 2})


LONE = [
    '{"User_Id": 5, "Name": "a\\ud800"}',
    '{"User_Id": 5, "Name": "\\udc00\\ud800"}',
    '{"User_Id": 5, "Tel": "\\ud800"}',
    '{"User_Id": 5, "Tel": ["a", {"b": "\\udfff"}]}',
    '{"User_Id": 5, "Tel": {"\\udfff": 1}}',
    '{"User_Id": 5, "\\ud800": 1}',
    '{"User_Id": 5, "Name\\udcff": "a"}',
]


@pytest.mark.parametrize("row", LONE)
def test_a_lone_surrogate_is_a_bad_row(start: Start, ask: Ask, row: str) -> None:
    body = text(f'[{{"User_Id": 4}}, {row}, {{"User_Id": 6}}]')
    error = raised(start, ask, body, lambda isp: isp.user.list(limit=3))
    assert isinstance(error, InvalidRowError)
    assert error.row == json.loads(row)
    str(error).encode()
    error.field.encode()
    found = ask(start(always(body)).url, lambda isp: isp.user.list(limit=3, on_bad_row="skip"))
    assert [each.User_Id for each in found] == [4, 6]
    [page] = ask(start(always(body)).url, lambda isp: isp.user.list(limit=3, on_bad_row="collect").pages())
    assert [each.row for each in page.bad_rows] == [json.loads(row)]


def test_a_pair_of_surrogates_is_a_character(start: Start, ask: Ask) -> None:
    found = one(start, ask, text('[{"User_Id": 5, "Name": "\\ud83d\\ude00", "Tel": "\\ud83d\\ude00"}]'))
    assert (found.Name, found.model_extra) == ("\U0001f600", {"Tel": "\U0001f600"})


@pytest.mark.parametrize("value", ["[" * 500 + "]" * 500, '{"a":' * 900 + "1" + "}" * 900, "[" * 30 + "]" * 30])
@pytest.mark.parametrize("key", ["Tel", "Name", "User_Id"])
def test_a_value_that_is_nested_deep_is_a_typed_error(start: Start, ask: Ask, key: str, value: str) -> None:
    body = text(f'[{{"Family": "x", "{key}": {value}}}]')
    assert isinstance(raised(start, ask, body), UnexpectedResponseError)
    with pytest.raises(UnexpectedResponseError):
        ask(start(always(body)).url, lambda isp: isp.user.list(limit=1, on_bad_row="raise"))


@pytest.mark.parametrize("body", ["[" * 200_000 + "]" * 200_000, '{"a":' * 200_000, '[{"Name":' * 100_000])
@pytest.mark.parametrize("profile", [ServerProfile(), SKIPPING])
def test_an_answer_that_is_nested_without_end(start: Start, ask: Ask, body: str, profile: ServerProfile) -> None:
    assert type(raised(start, ask, text(body), profile=profile)) is UnexpectedResponseError


def test_of_a_name_that_comes_twice_the_last_value_counts(start: Start, ask: Ask) -> None:
    assert one(start, ask, text('[{"User_Id": 5, "User_Id": 6}]')).User_Id == 6


# Charsets


@pytest.mark.parametrize("declared", ["windows-1256", "cp1256", "WINDOWS-1256", '"windows-1256"'])
def test_a_declared_charset_is_read(start: Start, ask: Ask, declared: str) -> None:
    body = '[{"User_Id": 5, "Name": "تهران گچ پژ"}]'.encode("cp1256")
    answer = Answer(body, headers={"Content-Type": f"text/html; charset={declared}"})
    assert one(start, ask, answer).Name == "تهران گچ پژ"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("declares", [True, False])
def test_json_in_each_form_of_unicode_is_read(start: Start, ask: Ask, encoding: str, declares: bool) -> None:
    name = encoding.removesuffix("-sig").replace("-le", "LE").replace("-be", "BE")
    headers = {"Content-Type": f"application/json; charset={name}"} if declares else {}
    body = '[{"User_Id": 5, "Name": "علی"}]'.encode(encoding)
    assert one(start, ask, Answer(body, headers=headers)).Name == "علی"


def test_a_charset_that_is_stated_counts_more_than_the_one_declared(start: Start, ask: Ask) -> None:
    """Old Apaches declare iso-8859-1 for whatever a program answers."""
    answer = Answer(
        '[{"User_Id": 1, "Name": "علی"}]'.encode(), headers={"Content-Type": "text/html; charset=iso-8859-1"}
    )
    server = start(always(answer))
    with pytest.raises(UnexpectedResponseError, match=r'seems to be UTF-8: ServerProfile\(charset="utf-8"\) reads it'):
        ask(server.url, lambda isp: isp.user.list().first())
    stated = ServerProfile(charset="utf-8")
    assert ask(server.url, lambda isp: isp.user.list().first(), profile=stated).Name == "علی"


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("تهران".encode("cp1256"), "utf-8"),
        ("تهران".encode("cp1256"), None),
        ("تهران".encode(), "windows-1256"),
        ("تهران".encode(), "iso-8859-1"),
        ("تهران".encode(), "us-ascii"),
        ("تهران".encode(), "utf-16"),
        (b"", "utf-16le"),
        (b"x", "x-unknown"),
        (b"x", "punycode"),
        (b"x", "unicode_escape"),
        (b"x", "zlib"),
        (b"x", "../../etc/passwd"),
        (b"\xed\xa0\x80", "utf-8"),
    ],
)
def test_a_charset_that_is_not_known_or_not_right_is_an_error(
    start: Start, ask: Ask, body: bytes, declared: str | None
) -> None:
    headers = {} if declared is None else {"Content-Type": f"text/html; charset={declared}"}
    error = raised(start, ask, Answer(b'[{"User_Id": 5, "Name": "' + body + b'"}]', headers=headers))
    assert type(error) is UnexpectedResponseError
    assert "not JSON" in error.description


@pytest.mark.parametrize("marks", ["\ufeff", "\ufeff\ufeff", "\ufeff\r\n\ufeff \ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_byte_order_marks_are_skipped(start: Start, ask: Ask, marks: str, encoding: str) -> None:
    body = f'{marks}[{{"User_Id": 5}}]\n\ufeff'.encode(encoding)
    assert one(start, ask, Answer(body)).User_Id == 5


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be"]))
def test_any_text_comes_through_any_unicode(name: str, encoding: str) -> None:
    body = json.dumps([{"Name": name}], ensure_ascii=False).encode(encoding)
    assert read_json(body) == [{"Name": name}]


@given(st.binary(), st.sampled_from([None, "utf-8", "windows-1256", "utf-16"]), st.booleans())
def test_any_bytes_are_json_or_not(content: bytes, charset: str | None, skip: bool) -> None:
    try:
        read_json(content, charset, skip_preamble=skip)
    except NotJSON as error:
        message = str(error)
    else:
        message = "the response is not JSON"
    assert message.startswith("the response is not JSON")


# What PHP prints in front

HTML = "<br />\n<b>Warning</b>:  Undefined array key 0 in <b>/var/www/api/user.php</b> on line <b>12</b><br />\n"
PLAIN = "\nNotice: Undefined index: x[0] in /var/www/api/user.php on line 7\n"
LOGGED = '[26-Nov-2026 00:37:44 UTC] PHP Deprecated:  strlen(): Passing null to parameter in a.php on line 3\n{"'[:-2]
ROWS = '[{"User_Id": 5, "Name": "راز"}]'


@pytest.mark.parametrize("preamble", [HTML, PLAIN, LOGGED, HTML + HTML, "\ufeff" + HTML + PLAIN, HTML.rstrip("\n")])
def test_a_php_warning_in_front_is_named_and_skipped_on_request(start: Start, ask: Ask, preamble: str) -> None:
    error = raised(start, ask, text(preamble + ROWS))
    assert type(error) is UnexpectedResponseError
    assert "a PHP error or warning comes before the JSON" in error.description
    assert "ServerProfile(skip_preamble=True)" in error.description
    assert SECRET not in str(error)
    assert one(start, ask, text(preamble + ROWS), profile=SKIPPING).Name == SECRET


@pytest.mark.parametrize("preamble", ["OK", "debug: 1\n", "\x01", "null"])
def test_other_text_in_front_is_skipped_on_request_too(start: Start, ask: Ask, preamble: str) -> None:
    assert "other text comes before the JSON" in raised(start, ask, text(preamble + ROWS)).description
    assert one(start, ask, text(preamble + ROWS), profile=SKIPPING).User_Id == 5


@pytest.mark.parametrize(
    "body",
    [
        HTML,
        HTML + "null",
        HTML + ROWS[:-1],
        HTML + '[{"User_Id": 1}, {"User_Id": 2}',
        HTML + '[{"User_Id": 1},\n{"User_Id": 2}',
        '[{"User_Id": 1}, {"User_Id": 2}',
        '[{"User_Id": 1},\n' + HTML + '{"User_Id": 2}]',
        ROWS + HTML,
        ROWS + ROWS,
        "[]" + ROWS,
        "<html>{}</html>" + ROWS,
        "",
    ],
)
def test_what_is_cut_or_mixed_is_an_error_whatever_is_skipped(start: Start, ask: Ask, body: str) -> None:
    """A later bracket may begin the last row of a list: nothing but the whole rest is read."""
    error = raised(start, ask, text(body), CALLS["list"], profile=SKIPPING)
    assert type(error) is UnexpectedResponseError
    assert SECRET not in str(error)


def test_an_error_behind_a_warning_is_read_on_request(start: Start, ask: Ask) -> None:
    body = text(HTML + '{"ErrorCode": -5}', status=400)
    assert type(raised(start, ask, body)) is UnexpectedResponseError
    assert type(raised(start, ask, body, profile=SKIPPING)) is InvalidDataError


def test_a_login_behind_a_warning(start: Start, ask: Ask) -> None:
    server = start(table(1), always(text(HTML + '{"token": "abc"}')))
    with pytest.raises(UnexpectedResponseError, match="a PHP error or warning comes before the JSON") as caught:
        ask(server.url, FIRST)
    assert "abc" not in str(caught.value)
    assert ask(server.url, FIRST, profile=SKIPPING).User_Id == 0
    assert server.calls[0].token == "abc"


def test_a_write_behind_a_warning(start: Start, ask: Ask) -> None:
    server = start(always(Answer(HTML.encode() + DONE.body)))
    assert ask(server.url, CALLS["add"], profile=SKIPPING) is None


@pytest.mark.parametrize("count", [1, 50_000])
def test_many_warnings_are_skipped_in_linear_time(count: int) -> None:
    assert read_json((HTML * count + ROWS).encode(), skip_preamble=True) == json.loads(ROWS)
    with pytest.raises(NotJSON):
        read_json(("<br />\n<b>Warning</b>: " * count * 4 + "[" * count).encode(), skip_preamble=True)


@pytest.mark.parametrize("profile", [None, {}, {"skip_preamble": True}, ServerProfile])
def test_what_is_no_profile_is_refused(ask: Ask, profile: object) -> None:
    with pytest.raises(ParameterError, match=r"^profile: a ServerProfile is needed"):
        ask("http://isp.example", FIRST, profile=profile)


# Exact values


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("99999999999999.99", "99999999999999.99"),
        ("0.1", "0.1"),
        ("1234567890123456789012345678901234567890.123456789", "1234567890123456789012345678901234567890.123456789"),
        ("-0.10", "-0.10"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("1e5", "100000"),
        ("1.5E3", "1500"),
        ("1.0e-7", "1.0E-7"),
        ('"99999999999999.99"', "99999999999999.99"),
    ],
)
def test_a_price_is_the_decimal_that_was_written(start: Start, ask: Ask, written: str, price: str) -> None:
    url = start(always(text(f'[{{"Service_Id": 1, "Price": {written}}}]'))).url
    found = ask(url, lambda isp: isp.service.list().first()).Price
    assert isinstance(found, Decimal)
    assert str(found) == price


@pytest.mark.parametrize(
    "written",
    ["1e400", "1e999999999", "1e-999999999", "-1e99999999999999999999", "9" * 66, "9" * 5000, "0." + "1" * 100_000,
     "NaN", "Infinity", "-Infinity", '"1e400"', f'"{"9" * 5000}"', "true", "[]"],
)  # fmt: skip
@pytest.mark.parametrize("field", ["Price", "Service_Id"])
def test_a_number_that_no_column_holds_is_a_bad_row(start: Start, ask: Ask, field: str, written: str) -> None:
    body = text(f'[{{"Service_Id": 1}}, {{"{field}": {written}, "ServiceName": "x"}}]')
    url = start(always(body)).url
    with pytest.raises(InvalidRowError) as caught:
        ask(url, lambda isp: isp.service.list(limit=2))
    assert caught.value.field == field
    assert [row.Service_Id for row in ask(url, lambda isp: isp.service.list(limit=2, on_bad_row="skip"))] == [1]


@pytest.mark.parametrize("written", ["1.10", "1E+400", "9" * 5000, "-0.0"])
def test_a_number_for_a_text_is_the_text_that_was_written(start: Start, ask: Ask, written: str) -> None:
    assert one(start, ask, text(f'[{{"User_Id": 1, "Username": {written}}}]')).Username == written


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=4))
def test_any_price_comes_through_exactly(price: Decimal) -> None:
    assert read_json(f'{{"Price": {price}}}'.encode()) == {"Price": price}


@pytest.mark.parametrize("value", [1, -1, 20210130, 1612000000, 1.5, True, False, [], {}])
@pytest.mark.parametrize("field", ["VoucherDate", "User_PaymentCD"])
def test_a_number_is_no_date(start: Start, ask: Ask, field: str, value: object) -> None:
    url = start(always(as_json([{"User_Payment_Id": 1, field: value}]))).url
    with pytest.raises(InvalidRowError) as caught:
        ask(url, lambda isp: isp.user_payment.list(user_id=7).first())
    assert caught.value.field == field


@pytest.mark.parametrize("value", [0, 0.0, "0", None, "", "0000-00-00"])
@pytest.mark.parametrize("field", ["VoucherDate", "User_PaymentCD"])
def test_zero_is_no_date(start: Start, ask: Ask, field: str, value: object) -> None:
    url = start(always(as_json([{"User_Payment_Id": 1, field: value}]))).url
    assert getattr(ask(url, lambda isp: isp.user_payment.list(user_id=7).first()), field) is None


# What errors show


def printed(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def test_a_bad_row_keeps_nothing_of_pydantic(start: Start, ask: Ask) -> None:
    error = raised(start, ask, as_json([{"User_Id": [SECRET], "Name": SECRET}]))
    assert isinstance(error, InvalidRowError)
    assert SECRET not in printed(error)
    links = [error.__cause__, error.__context__]
    assert links == [None, None] or all(type(link) in {InvalidRowError, type(None)} for link in links)


@pytest.mark.parametrize("read", [User.from_row, lambda row: User.from_rows([{"User_Id": 1}, row])])
def test_a_bad_row_keeps_nothing_of_pydantic_where_it_is_read_by_hand(read: Any) -> None:
    with pytest.raises(InvalidRowError) as caught:
        read({"User_Id": SECRET})
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert SECRET not in printed(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"data": [{"User_Id": 1, "Name": SECRET}]}),
        as_json([[{"Name": SECRET}]]),
        as_json(json.dumps([{"Name": SECRET}])),
        as_json({SECRET: {"User_Id": 1}}),
        as_json([{"User_Id": 1, "Name": SECRET}], 500),
        text(f'[{{"Name": "{SECRET}"}}'),
        text(f'callback([{{"Name": "{SECRET}"}}])'),
        text(f'{{"Name": "{SECRET}", }}', status=404),
        Answer(f'[{{"Name": "{SECRET}"}}]'.encode().ljust(2000)),
    ],
)
@pytest.mark.parametrize("name", ["list", "first", "creditinfo", "currentstatus", "add"])
def test_no_error_shows_a_row(start: Start, ask: Ask, name: str, answer: Answer) -> None:
    error = raised(start, ask, answer, CALLS[name], max_response_bytes=1000)
    assert SECRET not in printed(error)
    assert SECRET not in ascii(error.args).encode("ascii").decode("unicode_escape")


HIDDEN = {
    "\n": "\\n", "\x00": "\\x00", "\x1b[31m": "\\x1b[31m", "\u202e": "\\u202e", "\u2066": "\\u2066",
    "\u200f": "\\u200f", "\ufeff": "\\ufeff", "\u2028": "\\u2028", "\u061c": "\\u061c",
}  # fmt: skip


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_cannot_be_seen_is_written_out(start: Start, ask: Ask, hidden: str) -> None:
    error = raised(start, ask, as_json({"ErrorCode": -5, "ErrorDesc": f"a{hidden}b"}))
    assert error.description == f"a{HIDDEN[hidden]}b"
    assert error.args == (error.description,)
    body = raised(start, ask, text(f"<p>a{hidden}".split("[", maxsplit=1)[0] + "b", status=500))
    assert all(each.isprintable() for each in str(body))


def test_a_lone_surrogate_in_a_description_can_be_printed(start: Start, ask: Ask) -> None:
    error = raised(start, ask, text('{"ErrorCode": -5, "ErrorDesc": "a\\ud800"}'))
    assert error.description == "a\\ud800"


def test_persian_in_a_description_stays_as_it_is(start: Start, ask: Ask) -> None:
    words = "نام کاربری می\u200cباید یکتا باشد"
    assert raised(start, ask, as_json({"ErrorCode": -5, "ErrorDesc": words})).description == words


def test_an_empty_answer_is_said_to_be_empty(start: Start, ask: Ask) -> None:
    assert raised(start, ask, Answer(b"")).description == "the response is not JSON: it is empty"


@pytest.mark.parametrize("name", ["list", "currentstatus", "add"])
def test_what_is_long_is_cut(start: Start, ask: Ask, name: str) -> None:
    for answer in (
        as_json({"ErrorCode": -5, "ErrorDesc": "x" * 100_000}),
        text("x" * 100_000),
        as_json("x" * 100_000),
        text("x" * 100_000, status=500),
        text("[]", charset="x" * 10_000),
        text("9" * 4000),
    ):
        assert len(str(raised(start, ask, answer, CALLS[name]))) < 500


# Tokens


@pytest.mark.parametrize("token", [" abc", "abc ", "\tabc\r\n", "\u00a0abc"])
def test_blanks_around_a_token_are_no_part_of_it(start: Start, ask: Ask, token: str) -> None:
    server = start(table(1), always(as_json({"token": token})))
    assert ask(server.url, FIRST).User_Id == 0
    assert server.calls[0].token == "abc"


@pytest.mark.parametrize(
    "token", ["se cret", "secret\x00", "sec\nret", "secretی", "\ufeffsecret", "", " ", None, 5, ["secret"]]
)
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(start: Start, ask: Ask, token: object) -> None:
    server = start(table(1), always(as_json({"token": token})))
    with pytest.raises(UnexpectedResponseError) as caught:
        ask(server.url, FIRST)
    shown = printed(caught.value)
    assert "secret" not in shown and "cret" not in str(caught.value)
    assert server.calls == []
