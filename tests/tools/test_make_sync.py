"""The synchronous client is what the script makes of the asynchronous one."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load() -> ModuleType:
    """Import the script, which is in no package."""
    spec = importlib.util.spec_from_file_location("make_sync", ROOT / "tools" / "make_sync.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load()
CHECKED_IN = [(name, script.sync(name)) for name in script.MODULES]


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("async def one(self) -> R:", "def one(self) -> R:"),
        ("return await self._write(action)", "return self._write(action)"),
        ("[row async for page in pages for row in page]", "[row for page in pages for row in page]"),
        ("async with aclosing(self.pages()) as pages:", "with closing(self.pages()) as pages:"),
        ("await self._http.aclose()", "self._http.close()"),
        ("async def __aenter__(self)", "def __enter__(self)"),
        ("def __aiter__(self) -> AsyncIterator[R]:", "def __iter__(self) -> Iterator[R]:"),
        ("-> AsyncGenerator[Page[R], None]:", "-> Generator[Page[R], None, None]:"),
        ("class AnyAsyncListing(AsyncOnly[R]):", "class AnySyncListing(SyncOnly[R]):"),
        ("from deltasib_query.client import async_actions", "from deltasib_query.client import actions"),
        ("httpx.AsyncBaseTransport", "httpx.BaseTransport"),
        ("response.aiter_bytes()", "response.iter_bytes()"),
        (
            "                for row in page.rows:\n                    yield row\n",
            "                yield from page.rows\n",
        ),
        ("        page_size: int,\n        workers: int = 1,\n    )", "        page_size: int,\n    )"),
        ("ListQuery(filter, by=by, workers=workers)", "ListQuery(filter, by=by)"),
    ],
)
def test_what_is_replaced(source: str, made: str) -> None:
    assert script.sync(source) == made


@pytest.mark.parametrize(
    "text",
    ["def pages(self) -> str:", "asynchronous", "awaited", "workers", "raise TransportError", "for row in rows:"],
)
def test_what_is_left_alone(text: str) -> None:
    assert script.sync(text) == text


@pytest.mark.parametrize(("source", "target"), CHECKED_IN)
def test_each_module_is_what_the_script_makes(source: str, target: str) -> None:
    path, text = script.made(script.CLIENT / source)
    assert path == script.CLIENT / target
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize(("source", "target"), CHECKED_IN)
def test_a_module_says_of_what_it_is_made(source: str, target: str) -> None:
    first, second = (script.CLIENT / target).read_text("utf-8").splitlines()[:2]
    assert first == f"# Made from {Path(source).name} by tools/make_sync.py: edit that one."
    assert second.startswith('"""')


@pytest.mark.parametrize(("_source", "target"), CHECKED_IN)
def test_nothing_asynchronous_is_left(_source: str, target: str) -> None:
    text = (script.CLIENT / target).read_text("utf-8").partition("\n")[2]
    assert re.findall(r"(?i)\w*async\w*|\bawait\w*|\banyio\b|event loop|workers=", text) == []


def test_a_module_that_was_edited_by_hand_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "async_one.py").write_text('"""One."""\n\n\nasync def one() -> int:\n    return 1\n')
    monkeypatch.setattr(script, "CLIENT", tmp_path)
    monkeypatch.setattr(script, "MODULES", ("async_one.py",))
    assert script.main([]) is None
    assert script.main(["--check"]) is None
    made = tmp_path / "one.py"
    assert "\ndef one() -> int:\n    return 1\n" in made.read_text()
    made.write_text(made.read_text().replace("return 1", "return 2"))
    assert script.main(["--check"]) == "`make sync` would change one.py"
    assert "return 2" in made.read_text()
