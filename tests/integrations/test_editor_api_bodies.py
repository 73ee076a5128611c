"""Bodies that mean harm, or that a broken program sends: each is refused in JSON, and none is a fault of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi import Response, post, request
from deltasib_query import Limits, Policy, User
from deltasib_query.messages.message import LANGUAGES
from editor_apps import APPS, app_of

POLICY = Policy(User, scope=User.User_Id == 71234567, fields=[User.Username])
UNLIMITED = Policy(User, scope="all rows", limits=Limits(None, None, None))
MADE = {framework: app_of(POLICY, framework) for framework in APPS}
EACH = pytest.mark.parametrize("app", MADE.values(), ids=MADE)
PATHS = ["/assist/check", "/assist/complete", "/assist/explain"]
MOST = 65_536


def is_refused(found: Response, status: int) -> None:
    assert found.status == status
    assert list(found.json()) == ["detail"]
    assert 0 < len(found.json()["detail"]) < 400


@EACH
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b'{"text": "x"', b'{"text": "x"} {}', b'{"text": NaN}',
        b'{"text": "x", "caret": Infinity}', b'{"text": "x", "caret": -Infinity}',
        b"[" * 60_000, b'{"text":' * 7_000, b'{"text": "x", "text": "y"}',
        b'{"text": "x", "language": "en", "language": "en"}', b'\xef\xbb\xbf{"text": "x"}', b'{"text": "\xff"}',
        b'{"text": "\xed\xa0\xbd"}', '{"text": "x"}'.encode("utf-16"), '{"text": "x"}'.encode("utf-32"),
        b'{"text": "a\nb"}', b"\x1f\x8b\x08\x00", b"text=x", b'{"caret": ' + b"9" * 5000 + b"}", b"{'text': 'x'}",
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(app: Any, path: str, body: bytes) -> None:
    is_refused(request(app, "POST", path, body), 400)


@EACH
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        None, True, 5, "text", [], [{"text": "x"}], {}, {"text": None}, {"text": 5}, {"text": ["x"]}, {"text": {}},
        {"Text": "x"}, {"text": "x", "caret": "0"}, {"text": "x", "caret": 0.0}, {"text": "x", "caret": True},
        {"text": "x", "caret": None}, {"text": "x", "caret": 0, "language": None},
        {"text": "x", "caret": 0, "language": 5}, {"text": "x", "caret": 0, "language": "de"},
        {"text": "x", "caret": 0, "language": "\ud83d"},
        {"text": "x", "caret": 0, "scope": "all rows"}, {"text": "x", "caret": 0, "policy": None},
        {"text": "x", "caret": 0, "__class__": "x"}, {"text": "x", "caret": 0, "": ""},
    ],
)  # fmt: skip
def test_json_of_another_shape_is_refused(app: Any, path: str, body: object) -> None:
    is_refused(post(app, path, body), 422)


@EACH
def test_complete_needs_a_caret_and_explain_takes_none(app: Any) -> None:
    is_refused(post(app, "/assist/complete", {"text": "x"}), 422)
    is_refused(post(app, "/assist/explain", {"text": "x", "caret": 0}), 422)


@EACH
@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_is_too_long_is_refused(app: Any, path: str) -> None:
    whole = json.dumps({"text": "x" * (MOST - 12)}).encode()
    assert len(whole) == MOST
    assert request(app, "POST", path, whole).status in {200, 422}  # complete wants a caret
    is_refused(request(app, "POST", path, whole + b" "), 413)


@EACH
def test_a_body_is_read_no_further_than_its_limit(app: Any) -> None:
    is_refused(request(app, "POST", "/assist/check", *[b" " * MOST] * 2, breaks=True), 413)


@EACH
def test_a_body_may_come_in_pieces(app: Any) -> None:
    pieces = [bytes([byte]) for byte in '{"text": "علی😀"}'.encode()]
    assert request(app, "POST", "/assist/check", *pieces).json()["text"] == 5


@EACH
def test_who_goes_away_is_no_fault_of_the_server(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert request(app, "POST", "/assist/check", b'{"text"', breaks=True).status == 400
    assert [record for record in caplog.records if record.name != "asyncio"] == []


@EACH
@pytest.mark.parametrize(
    "text", ["\ud83d", "\ude00\ud83d", "Username = '\ud83d", "Username = 'x\ud83d' && ", "\ud83d Username"]
)
def test_half_of_a_surrogate_pair_comes_back_as_it_was(app: Any, text: str) -> None:
    for path in PATHS:
        body = {"text": text} if path.endswith("explain") else {"text": text, "caret": len(text)}
        assert post(app, path, body).status == 200
    fixed = post(app, "/assist/check", {"text": text}).json()["fixed"]
    assert fixed is None
    typed = post(app, "/assist/complete", {"text": "\ud83d and Username = 'ali", "caret": 21}).json()
    assert (typed["from"], typed["to"]) == (17, 21)


@EACH
@pytest.mark.parametrize(
    "text", ["Username = 'a'\r\nor Username = 'b'", "\ufeffUsername = 'a'", "Username = 'a\r\nb'", "\x00"]
)
def test_line_breaks_and_marks_count_as_they_stand(app: Any, text: str) -> None:
    found = post(app, "/assist/check", {"text": text}).json()
    assert found["text"] == len(text)
    assert all(0 <= each["from"] <= each["to"] <= len(text) for each in found["problems"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_is_said_in_the_language_of_the_browser(language: str) -> None:
    headers = {"content-type": "application/json", "accept-language": language}
    said = request(MADE["starlette"], "POST", "/assist/check", b"", headers=headers).json()["detail"]
    assert said.isascii() == (language == "en")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30_000, "User_Id = 1 and " * 4_000, "Username = '" + "'" * 30_001, "User_Id = " + "9" * 60_000,
        "User_Id = 1 and (Username = 'x' or (" * 1_500 + "User_Id = 5" + "))" * 1_500, "😀" * 5_000, "&&" * 20_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_a_policy_without_limits_answers_texts_as_long_as_a_body(text: str) -> None:
    app = app_of(UNLIMITED)
    for path in PATHS:
        body = {"text": text} if path.endswith("explain") else {"text": text, "caret": 10**6}
        assert post(app, path, body).status == 200


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "caret", "language", "x"]), inner)
    ),
    max_leaves=8,
)
BODIES = st.binary(max_size=60) | JSON_VALUES.map(lambda value: json.dumps(value).encode())


@EACH
@given(BODIES, st.sampled_from(PATHS))
def test_no_body_is_a_fault_of_the_server(app: Any, body: bytes, path: str) -> None:
    found = request(app, "POST", path, body)
    assert found.status in {200, 400, 422}
    found.json()


@EACH
@given(st.text(st.characters()), st.integers(), st.sampled_from([*LANGUAGES, "de"]))
def test_no_text_is_a_fault_of_the_server(app: Any, text: str, caret: int, language: str) -> None:
    for path in PATHS:
        body = {"text": text, "language": language} | ({} if path.endswith("explain") else {"caret": caret})
        assert post(app, path, body).status == (200 if language in LANGUAGES else 422)


@EACH
@pytest.mark.parametrize("query", ["language=de", "language=", "language=%FF", "language=fa&language=de"])
def test_another_language_has_no_vocabulary(app: Any, query: str) -> None:
    is_refused(request(app, "GET", f"/assist/vocabulary?{query}"), 422)
