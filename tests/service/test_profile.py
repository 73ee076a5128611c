"""What is known of a server, and the file that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from deltasib_query import ParameterError, ServerProfile
from profiles import some_facts


def test_a_charset_that_there_is_not_cannot_be_stated() -> None:
    with pytest.raises(ParameterError, match=r"^charset: one of ascii, cp1256, .* is needed, not 'rot13'$"):
        ServerProfile(charset="rot13")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"page_cap": 0}, "page_cap"),
        ({"page_cap": True}, "page_cap"),
        ({"page_cap": 1.5}, "page_cap"),
        ({"page_cap": "5"}, "page_cap"),
        ({"skip_preamble": 1}, "skip_preamble"),
        ({"skip_preamble": "no"}, "skip_preamble"),
        ({"skip_preamble": None}, "skip_preamble"),
        ({"max_url_bytes": 0}, "max_url_bytes"),
        ({"row_order": "sorted"}, "row_order"),
        ({"no_rows": []}, "no_rows"),
        ({"one_row": "null"}, "one_row"),
        ({"key_case": "upper"}, "key_case"),
        ({"numbers_as_text": "yes"}, "numbers_as_text"),
        ({"error_statuses": [(-6, 401)]}, "error_statuses"),
        ({"error_statuses": {0: 200}}, "error_statuses"),
        ({"error_statuses": {True: 200}}, "error_statuses"),
        ({"error_statuses": {"-6": 401}}, "error_statuses"),
        ({"error_statuses": {-6: 199}}, "error_statuses"),
        ({"error_statuses": {-6: 600}}, "error_statuses"),
        ({"error_statuses": {-6: "401"}}, "error_statuses"),
        ({"equal_case": 1}, "equal_case"),
        ({"precedence": "xor"}, "precedence"),
        ({"credit_by_filter": 0}, "credit_by_filter"),
        ({"token_seconds": -1}, "token_seconds"),
        ({"token_seconds": float("nan")}, "token_seconds"),
        ({"token_seconds": float("inf")}, "token_seconds"),
        ({"token_seconds": True}, "token_seconds"),
    ],
)  # fmt: skip
def test_a_profile_is_checked(arguments: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name}: "):
        ServerProfile(**arguments)


def test_a_profile_is_a_value() -> None:
    assert ServerProfile(page_cap=100) == ServerProfile(page_cap=100) != ServerProfile()
    assert len({ServerProfile(), ServerProfile()}) == 1
    statuses = {-6: 401}
    profile = ServerProfile(error_statuses=statuses)
    statuses[-5] = 400
    assert profile == ServerProfile(error_statuses={-6: 401})
    assert hash(profile) == hash(ServerProfile(error_statuses={-6: 401}))


def test_its_repr_says_what_is_known() -> None:
    assert repr(ServerProfile(equal_case=False, page_cap=7)) == "ServerProfile(page_cap=7, equal_case=False)"


def test_what_is_unknown_is_not_stated() -> None:
    assert ServerProfile(equal_case=False, skip_preamble=False).stated() == {"equal_case": False}


FILE = """\
version = 1
page_cap = 100
row_order = "descending"
equal_case = false
token_seconds = 0.5
skip_preamble = true

[error_statuses]
-6 = 401
-4 = 400
"""


def test_a_file() -> None:
    profile = ServerProfile(
        page_cap=100, row_order="descending", equal_case=False, token_seconds=0.5, skip_preamble=True,
        error_statuses={-4: 400, -6: 401},
    )  # fmt: skip
    assert profile.to_toml() == FILE
    assert ServerProfile.from_toml(FILE) == profile


@given(some_facts)
def test_a_file_has_all_of_a_profile(profile: ServerProfile) -> None:
    assert ServerProfile.from_toml(profile.to_toml()) == profile


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "profile: version = 1 is needed, not None"),
        ("version = 2", "profile: version = 1 is needed, not 2"),
        ("version = true", "profile: version = 1 is needed, not True"),
        ("version = 1.0", "profile: version = 1 is needed, not 1.0"),
        ("version = 1\npagecap = 5", "profile: there is no 'pagecap'; there are page_cap, max_url_bytes, row_order,"),
        ("version = 1\n[errors]\n-6 = 401", "profile: there is no 'errors'; there are "),
        ("version = 1\npage_cap = '5'", "page_cap: a whole number of at least 1 is needed, not '5'"),
        ("version = 1\n[error_statuses]\nx = 401", "error_statuses: a mapping of error codes below 0 to HTTP statuses"),
        ("version = 1\n[error_statuses]\n-6 = {}", "error_statuses: a mapping of error codes below 0 to HTTP statuses"),
        ("version 1", "profile: it is not TOML: "),
        ("version = 1\nversion = 1", "profile: it is not TOML: "),
        (f"version = {'1' * 5000}", "profile: it is not TOML: "),
        (f"version = {'[' * 5000}", "profile: it is not TOML: "),
    ],
)
def test_a_file_is_read_strictly(text: str, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        ServerProfile.from_toml(text)
    assert str(caught.value).startswith(message)


def test_a_file_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "isp.toml"
    path.write_text(FILE, "utf-8")
    assert ServerProfile.load(path) == ServerProfile.load(str(path)) == ServerProfile.from_toml(FILE)


def test_files_that_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"version = 1 # \xe9")
    for name, why in (
        ("none.toml", "No such file or directory"),
        ("latin.toml", "it is not UTF-8"),
        (".", "Is a dir"),
        ("\0", "embedded null"),
    ):
        with pytest.raises(ParameterError, match=rf"^profile: .* cannot be read \({why}"):
            ServerProfile.load(tmp_path / name)
    (tmp_path / "other.toml").write_text("version = 5", "utf-8")
    with pytest.raises(ParameterError, match=r"^profile: version = 1 is needed, not 5$"):
        ServerProfile.load(tmp_path / "other.toml")
