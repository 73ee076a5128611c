"""The page of `deltasib-query console`, used as somebody uses it who sees it for the first time."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.axe import axe
from browser.order import out_of_order
from consoles import HOSTILE, Console, account_of, console
from deltasib_query.sandbox import Faults, Sandbox

if TYPE_CHECKING:
    from playwright.sync_api import Page

BOTH = pytest.mark.parametrize("options", [{"locale": "en-GB"}, {"locale": "fa-IR"}], ids=["en", "fa"])
Live = Callable[..., Console]


@pytest.fixture(scope="module")
def running() -> Iterator[Console]:
    """A console with a sandbox of 5,000 customers."""
    with console(dict(os.environ)) as running:
        yield running


@pytest.fixture
def live() -> Iterator[Live]:
    """Start a console for a sandbox of the test."""
    with ExitStack() as stack:

        def start(**options: Any) -> Console:
            sandbox = stack.enter_context(Sandbox(**options))
            return stack.enter_context(console({**os.environ, **account_of(sandbox)}, "--live", "--retries", "0"))

        yield start


def open_page(page: Page, running: Console) -> None:
    page.goto(running.address)
    page.locator("#cards li").first.wait_for()


def write(page: Page, text: str) -> None:
    """Write a filter into the box, in place of what is in it."""
    page.locator("#filter").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def search(page: Page, text: str) -> None:
    write(page, text)
    page.keyboard.press("Enter")


def column(page: Page, number: int) -> list[str]:
    page.locator("#rows td").first.wait_for()
    return page.locator(f"#rows tr td:nth-child({number})").all_inner_texts()


def test_customers_are_found_by_typing_as_somebody_new_does(page: Page, running: Console) -> None:
    open_page(page, running)
    page.keyboard.type("nam", delay=40)  # the box has the focus
    items = page.locator("#filter .cm-tooltip-autocomplete li")
    items.filter(has_text=re.compile("^Name")).click()
    items.filter(has_text="like").click()
    items.filter(has_text="starts with").click()
    page.keyboard.type("علی", delay=40)
    page.keyboard.press("End")
    page.keyboard.type(" and user_i", delay=40)
    items.filter(has_text="User_Id").first.click()
    page.keyboard.type("> 100", delay=40)
    meaning = re.compile("Name starts with .*علی.* and User id is more than .*100")
    page.locator("#filter .sentence").filter(has_text=meaning).wait_for()
    page.get_by_role("button", name="Search").click()
    assert column(page, 1)[0] == "107"
    assert {name[:3] for name in column(page, 3)} == {"علی"}
    assert all(int(number) > 100 for number in column(page, 1))


def test_an_example_is_one_click(page: Page, running: Console) -> None:
    open_page(page, running)
    page.locator("#cards button").first.click()
    assert {name[:3].lower() for name in column(page, 2)} == {"ali"}
    assert page.locator("#count").inner_text() == "50 rows so far"
    assert page.locator("#filter .sentence").inner_text() == "Username starts with “ali” and User id is at least 100"


def test_rows_say_whose_they_are_while_the_box_has_another_filter(page: Page, running: Console) -> None:
    open_page(page, running)
    search(page, "User_Id <= 3")
    assert column(page, 1) == ["1", "2", "3"]
    assert not page.locator("#others").is_visible()
    write(page, "User_Id <= 2")
    page.locator("#others").get_by_text("User_Id <= 3").wait_for()
    assert column(page, 1) == ["1", "2", "3"]
    page.keyboard.press("Enter")
    page.locator("#others").wait_for(state="hidden")
    assert column(page, 1) == ["1", "2"]


def test_more_rows_keep_those_that_are_there(page: Page, running: Console) -> None:
    open_page(page, running)
    search(page, "User_Id <= 120")
    first = column(page, 1)
    page.get_by_role("button", name="More rows").click()
    page.locator("#rows tr").nth(80).wait_for()
    assert column(page, 1)[:50] == first
    page.get_by_role("button", name="More rows").click()
    page.get_by_text("120 rows, and that is all").wait_for()
    assert column(page, 1) == [str(number) for number in range(1, 121)]
    assert not page.get_by_role("button", name="More rows").is_visible()


def test_a_list_of_a_customer_asks_whose(page: Page, running: Console) -> None:
    open_page(page, running)
    page.get_by_label("List").select_option("Payments of a customer")
    page.get_by_label("Customer id").fill("۱")
    page.get_by_role("button", name="Search").click()
    assert column(page, 1) == ["1", "2", "3"]


def test_a_wrong_filter_shows_its_problem_and_a_repair_that_mends_it(page: Page, running: Console) -> None:
    open_page(page, running)
    search(page, "Usernme = 'ali'")
    page.locator("#filter .problem.error").filter(has_text="Usernme").wait_for()
    page.locator("#filter .fix").first.click()
    page.get_by_role("button", name="Search").click()
    assert column(page, 2) == ["ali"]


def test_what_is_wrong_stands_below_the_box_alone_and_the_box_has_the_focus(page: Page, running: Console) -> None:
    open_page(page, running)
    search(page, "Usernme = 'ali'")
    page.locator("#filter .problem.error").filter(has_text="Usernme").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".primary").click()
    assert page.evaluate("document.activeElement.id") == "filter"
    page.keyboard.press("Enter")
    assert page.locator("form").evaluate("(form) => [form.noValidate, form.checkValidity()]") == [True, False]
    assert not [url for url in asked if url.endswith("/rows")]


def test_a_customer_that_is_missing_is_asked_for(page: Page, running: Console) -> None:
    open_page(page, running)
    page.get_by_label("List").select_option("Payments of a customer")
    page.locator(".primary").click()
    assert page.evaluate("document.activeElement.id") == "user-id"
    assert not page.locator("#failure").is_visible()


@BOTH
def test_persian_is_drawn_by_a_font_for_texts_in_code_too(page: Page, running: Console) -> None:
    open_page(page, running)
    text = page.evaluate("getComputedStyle(document.body).fontFamily")
    assert page.locator("#filter .cm-placeholder").evaluate("(each) => getComputedStyle(each).fontFamily") == text
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    session.send("DOM.getDocument")
    write(page, "Name = 'علی'")
    for isolate in ("document.querySelector('#cards bdi')", "filter.shadowRoot.querySelector('.isolate')"):
        found = session.send("Runtime.evaluate", {"expression": isolate})["result"]["objectId"]
        node = session.send("DOM.requestNode", {"objectId": found})
        fonts = session.send("CSS.getPlatformFontsForNode", node)["fonts"]
        assert len(fonts) == 1
        assert "Mono" not in fonts[0]["familyName"]


def test_the_rows_are_saved(page: Page, running: Console) -> None:
    open_page(page, running)
    search(page, "User_Id <= 2500")
    page.locator("#rows td").first.wait_for()
    page.get_by_text("Columns").click()
    page.locator("#column-list").get_by_label("Address").uncheck()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    text = Path(download.value.path()).read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert download.value.suggested_filename == "User.csv"
    assert rows[0] == ["\ufeffUser_Id", "Username", "Name", "Family"]
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 2501)]
    page.get_by_text("2,500 rows saved to User.csv").wait_for()


def test_programs_are_copied(page: Page, running: Console) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, running)
    search(page, "user_id=5")
    page.locator("#rows td").first.wait_for()
    page.get_by_text("Use it elsewhere").click()
    copied = []
    for number in range(4):
        page.locator("#programs button").nth(number).click()
        page.get_by_text("Copied").wait_for()
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    assert copied[0] == "User_Id = 5"
    assert "isp.list(User, parse('User_Id = 5', User))" in copied[1]
    assert copied[2:] == ["deltasib-query list user --filter 'User_Id = 5'"] * 2
    assert page.locator("#programs img").evaluate("image => image.naturalWidth") > 100


@BOTH
def test_code_runs_from_left_to_right_whatever_its_quotes_are(page: Page, running: Console) -> None:
    open_page(page, running)
    cards = page.locator("#cards code").all()
    assert [out_of_order(code) for code in cards] == [[]] * 3
    search(page, "Family = 'کریمی' and (Name = 'علی' or Name = 'او''رضا ۵' or Username like '09%')")
    page.locator("#results").wait_for()
    page.locator("#elsewhere summary").click()
    page.locator("#programs pre").nth(3).wait_for()
    programs = page.locator("#programs pre").all()
    assert "'\"'\"'کریمی'\"'\"'" in programs[2].inner_text()
    assert [out_of_order(code) for code in programs] == [[]] * 4


@pytest.mark.parametrize("menu", ["columns", "elsewhere"])
def test_escape_closes_a_menu_and_goes_back_to_its_button(page: Page, running: Console, menu: str) -> None:
    open_page(page, running)
    search(page, "User_Id = 5")
    page.locator("#rows td").first.wait_for()
    button, within = page.locator(f"#{menu} summary"), page.locator(f"#{menu} .menu")
    for by_mouse in (False, True):
        button.click()
        within.locator("input, button").first.wait_for()
        if by_mouse:
            within.click(position={"x": 2, "y": 2})
        else:
            page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        assert not within.is_visible()
        assert button.evaluate("(button) => button === document.activeElement")


def test_a_menu_that_is_closed_from_elsewhere_leaves_the_focus_there(page: Page, running: Console) -> None:
    open_page(page, running)
    search(page, "User_Id = 5")
    page.locator("#rows td").first.wait_for()
    page.locator("#columns summary").click()
    page.locator("#filter").click()
    assert not page.locator("#column-list").is_visible()
    page.locator("#columns summary").press("Enter")
    page.locator("#list").focus()
    page.keyboard.press("Escape")
    assert not page.locator("#column-list").is_visible()
    assert page.evaluate("document.activeElement.id") == "list"


@pytest.mark.parametrize("options", [{"locale": "fa-IR"}])
def test_persian_runs_from_right_to_left_and_can_be_left(page: Page, running: Console) -> None:
    open_page(page, running)
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("#cards button").first.click()
    page.get_by_text("تا اینجا ۵۰ ردیف").wait_for()
    page.locator("#filter .sentence").filter(has_text="شروع شود").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_text("50 rows so far").wait_for()
    assert page.locator("html").get_attribute("dir") == "ltr"
    page.locator("#filter .sentence").filter(has_text="Username starts with").wait_for()


@BOTH
def test_hostile_rows_stay_text(page: Page, live: Live) -> None:
    open_page(page, live(rows=HOSTILE))
    page.locator(".primary").click()
    assert column(page, 2) == ["<img src=x onerror=alert(1)>", "a'b\"c`${d}", "</td><script>alert(2)</script>"]
    assert column(page, 3) == ["\\u202egnp.exe", "علی\u200cرضا", ""]
    assert page.locator("#rows img, #rows script").count() == 0


def test_a_slow_server_can_be_stopped(page: Page, live: Live) -> None:
    open_page(page, live(users=10, faults=Faults(latency=60)))
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Waiting for the server: 1 s").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. What is shown stays.").wait_for()
    assert not page.locator("#progress").is_visible()


def test_a_server_that_fails_is_asked_again(page: Page, live: Live) -> None:
    open_page(page, live(users=10, faults=Faults(errors=1)))
    page.get_by_role("button", name="Search").click()
    page.locator("#failure").filter(has_text="503").wait_for()
    page.get_by_role("button", name="Try again").click()
    assert len(column(page, 1)) == 10
    assert not page.locator("#failure").is_visible()


def test_rows_that_are_shown_survive_a_server_that_goes_away(page: Page) -> None:
    with ExitStack() as stack:
        sandbox = Sandbox(users=100)
        with sandbox:
            running = stack.enter_context(console({**os.environ, **account_of(sandbox)}, "--live"))
            open_page(page, running)
            page.get_by_role("button", name="Search").click()
            assert len(column(page, 1)) == 50
        page.get_by_role("button", name="More rows").click()
        page.locator("#failure").wait_for()
        assert len(column(page, 1)) == 50


def test_a_search_that_fails_leaves_the_rows_of_the_one_before_and_what_belongs_to_them(page: Page, live: Live) -> None:
    open_page(page, live(users=200, faults=Faults(errors=(2,))))
    search(page, "User_Id >= 1")
    assert len(column(page, 1)) == 50
    search(page, "User_Id = 7")
    page.locator("#failure").wait_for()
    page.get_by_role("button", name="More rows").click()
    page.locator("#rows tr").nth(98).wait_for()
    assert column(page, 1) == [str(number) for number in range(1, 100)]


def test_a_console_that_has_ended_is_told(page: Page) -> None:
    with console(dict(os.environ), "--users", "5") as running:
        open_page(page, running)
    page.get_by_role("button", name="Search").click()
    page.get_by_text("The console has ended.").wait_for()


def test_an_address_without_its_token(page: Page, running: Console) -> None:
    page.goto(running.url)
    page.get_by_text("open the address that it prints").wait_for()
    assert not page.locator("#content").is_visible()


@BOTH
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(page: Page, running: Console, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    open_page(page, running)
    violations = axe(page)
    page.locator("#cards button").last.click()
    page.locator("#rows td").first.wait_for()
    page.locator("#elsewhere summary").click()
    page.locator("#programs pre").first.wait_for()
    page.locator("#filter #meaning:not(.outdated) .tree").wait_for()
    page.wait_for_timeout(700)  # in which it stops being dim
    assert violations + axe(page) == []


@pytest.mark.parametrize("options", [{"viewport": {"width": 390, "height": 844}}])
def test_a_telephone_is_not_scrolled_sideways(page: Page, running: Console) -> None:
    open_page(page, running)
    page.locator("#cards button").last.click()
    page.locator("#rows td").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
