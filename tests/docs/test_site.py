"""The site builds strictly, and asks nobody for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mkdocs")
pytest.importorskip("material")
pytest.importorskip("mkdocstrings")

ROOT = Path(__file__).parent.parent.parent
FETCHED = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=["']?(?:https?:)?//""")
IMPORTED = re.compile(r"""(?:@import|url\()\s*["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    # A proxy that nobody serves: whatever wants the network fails.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", target],
        cwd=ROOT, env=os.environ | nowhere, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return target


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert pages
    assert [path.name for path, text in pages.items() if FETCHED.search(text)] == []
    styles = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    assert [path.name for path, text in styles.items() if IMPORTED.search(text)] == []


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
