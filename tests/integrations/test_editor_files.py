"""The built editor: it is what its sources make, small, and has the licences of what it contains."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest

from deltasib_query import Policy, User
from deltasib_query.integrations.web import files
from editor_apps import APPS, app_of

WEB = Path(__file__).parents[2] / "web"
SCRIPT = files.FOLDER / "deltasib-filter.js"
POLICY = Policy(User, scope="all rows")
EACH = pytest.mark.parametrize("framework", APPS)


class TestTheScript:
    def test_it_is_built_of_the_sources(self) -> None:
        sources = sorted((WEB / "src").rglob("*.ts")) + sorted((WEB / "src").rglob("*.css"))
        names = [path.relative_to(WEB).as_posix() for path in sources]
        names += ["build.mjs", "terminals.mjs", "package-lock.json", "../grammar/filter.lark"]
        made_of = hashlib.sha256()
        for name in sorted(names):
            made_of.update(f"{name}\n".encode() + (WEB / name).read_bytes())
        first = SCRIPT.read_text(encoding="utf-8").partition("\n")[0]
        assert made_of.hexdigest() in first, "the editor is older than its sources: make web"

    def test_its_packages_are_pinned_and_their_licences_are_beside_it(self) -> None:
        pinned = json.loads((WEB / "package.json").read_text())["dependencies"]
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())
        texts = (files.FOLDER / "THIRD-PARTY.txt").read_text(encoding="utf-8")
        assert all(f"{name} {version} (MIT)" in texts for name, version in pinned.items())


def test_it_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 115_000


def test_it_writes_no_markup() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def get(framework: str, name: str, **headers: str) -> httpx.Response:
    async def got() -> httpx.Response:
        transport = httpx.ASGITransport(app_of(POLICY, framework))
        async with httpx.AsyncClient(transport=transport, base_url="http://panel") as browser:
            return await browser.get(f"/assist/static/{name}", headers=headers)

    return asyncio.run(got())


@EACH
class TestServing:
    def test_everybody_gets_it(self, framework: str) -> None:
        found = get(framework, "deltasib-filter.js")
        assert (found.status_code, found.content) == (200, SCRIPT.read_bytes())
        assert found.headers["content-type"] == "text/javascript; charset=utf-8"
        assert found.headers["x-content-type-options"] == "nosniff"

    def test_it_is_compressed_for_who_can_read_that(self, framework: str) -> None:
        found = get(framework, "deltasib-filter.js", **{"Accept-Encoding": "gzip"})
        assert int(found.headers["content-length"]) <= 115_000
        assert found.content == SCRIPT.read_bytes()
        plain = get(framework, "deltasib-filter.js", **{"Accept-Encoding": "identity"})
        assert plain.headers["content-length"] == str(SCRIPT.stat().st_size)
        assert plain.content == SCRIPT.read_bytes()
        assert {each.headers["vary"] for each in (found, plain)} == {"Accept-Encoding"}
        assert {each.headers["x-content-type-options"] for each in (found, plain)} == {"nosniff"}

    def test_a_browser_that_has_it_does_not_get_it_again(self, framework: str) -> None:
        tag = get(framework, "deltasib-filter.js").headers["etag"]
        found = get(framework, "deltasib-filter.js", **{"If-None-Match": tag})
        assert (found.status_code, found.content) == (304, b"")

    @pytest.mark.parametrize("name", ["", "files.py", "%2e%2e%2ffiles.py", "..%5cfiles.py"])
    def test_nobody_gets_anything_else(self, framework: str, name: str) -> None:
        assert get(framework, name).status_code == 404
