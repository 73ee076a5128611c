"""The site builds strictly, and asks nobody for anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .building import build

pytest.importorskip("mkdocs")
pytest.importorskip("material")
pytest.importorskip("mkdocstrings")

FETCHED = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=["']?(?:https?:)?//""")
IMPORTED = re.compile(r"""(?:@import|url\()\s*["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    build(target)
    return target


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert pages
    assert [path.name for path, text in pages.items() if FETCHED.search(text)] == []
    styles = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    assert [path.name for path, text in styles.items() if IMPORTED.search(text)] == []


def anchors(page: Path) -> list[str]:
    return re.findall(r"""<h[1-6] id="([^"]+)\"""", page.read_text(encoding="utf-8"))


def test_a_persian_page_has_the_anchors_of_the_english_one(site: Path) -> None:
    persian = list((site / "fa").rglob("*.html"))
    assert persian
    assert [page for page in persian if anchors(page) != anchors(site / page.relative_to(site / "fa"))] == []


def test_every_mark_is_replaced(site: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert [text for text in texts if "make: " in text] == []


def test_the_programs_that_build_the_site_are_not_in_it(site: Path) -> None:
    assert list(site.rglob("*.py")) == []


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("reference/actions.html", "PriceINCurrency"),
        ("reference/fields.html", "ResellerChoosable"),
        ("reference/language.html", "Kelvin sign"),
        ("reference/errors.html", "number-for-text"),
        ("reference/clients.html", "max_response_bytes"),
        ("reference/grammar.html", "%ignore"),
    ],
)
def test_a_page_has_what_is_made_for_it(site: Path, page: str, text: str) -> None:
    assert text in (site / page).read_text(encoding="utf-8")
