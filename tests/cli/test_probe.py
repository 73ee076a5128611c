"""``deltasib-query probe``, and what takes the profile that it writes."""

from __future__ import annotations

from pathlib import Path

from deltasib_query import ServerProfile
from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

from .conftest import Run, account


def test_it_prints_a_report_and_writes_a_profile(run: Run, tmp_path: Path) -> None:
    known = ServerProfile(page_cap=7, equal_case=False, error_statuses={-6: 403})
    path = tmp_path / "isp.toml"
    path.write_text("something old", "utf-8")
    with Sandbox(users=40, profile=known) as sandbox:
        done = run("probe", "--output", str(path), **account(sandbox))
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "page_cap = 7: three requests for more rows had as many, all different"
    assert "equal_case = no: a filter with another spelling of a value in Username" in lines
    assert lines[-1].startswith("19 of 22 facts are known, from ")
    assert max(map(len, lines)) <= 110
    found = ServerProfile.load(path)
    assert (found.page_cap, found.equal_case, found.equal_zwnj) == (7, False, True)
    assert found.error_statuses == {-6: 403, -5: 400, -4: 400}


def test_it_speaks_persian(ask: Run) -> None:
    done = ask("probe", "--language", "fa") if False else ask("--language", "fa", "probe")
    assert (done.status, done.err) == (0, "")
    assert "precedence = and: فیلترهایی که هم and دارند و هم or، بدون پرانتز\n" in done.out
    assert "equal_yeh = خیر: " in done.out


def test_without_an_output_nothing_is_written(ask: Run) -> None:
    assert ask("probe").status == 0


def test_a_server_that_stops_answering(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "isp.toml"
    with Sandbox(users=40, faults=Faults(errors=tuple(range(6, 100)), retry_after=0)) as sandbox:
        done = run("probe", "--output", str(path), **account(sandbox))
    assert done.status == 3
    assert "max_url_bytes = unknown: not asked: the server stopped answering\n" in done.out
    assert "HTTP 503" in done.err
    assert ServerProfile.load(path).row_order == "ascending"


def test_a_wrong_password(ask: Run) -> None:
    done = ask("probe", DELTASIB_PASSWORD="wrong")
    assert (done.status, done.out) == (3, "")
    assert done.err == "error: auth gettoken: Invalid key (ErrorCode -2), HTTP 401\n"


def test_an_output_that_cannot_be_written(ask: Run, tmp_path: Path) -> None:
    done = ask("probe", "--output", str(tmp_path / "no" / "isp.toml"))
    assert done.status == 5
    assert done.out.startswith("page_cap = ")
    assert "cannot be written" in done.err


def test_list_takes_a_profile(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "isp.toml"
    path.write_text("version = 1\nskip_preamble = true\n", "utf-8")
    arguments = ("list", "user", "--limit", "1", "--fields", "Username", "--format", "csv")
    with Sandbox(users=5, profile=ServerProfile(skip_preamble=True)) as sandbox:
        without = run(*arguments, **account(sandbox))
        done = run(*arguments, "--profile", str(path), **account(sandbox))
    assert (without.status, done.status) == (3, 0)
    assert done.out.split() == ["User_Id,Username", "1,ali"]


def test_a_profile_that_cannot_be_read(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "isp.toml"
    path.write_text("version = 1\npagecap = 7\n", "utf-8")
    for command in (("list", "user"), ("probe",), ("sandbox", "--port", "0")):
        done = ask(*command, "--profile", str(path))
        assert (done.status, done.out) == (2, "")
        assert "profile: there is no 'pagecap'; there are page_cap, " in done.err


def test_it_says_how_many_requests_it_makes(run: Run) -> None:
    assert "in about 25 requests that only read" in " ".join(run("probe", "--help").out.split())
