"""How hard Hypothesis tries (HYPOTHESIS_PROFILE names a profile), and the databases that some tests need.

No test takes longer than `_LIMIT`: one that hangs ends its process. Programs that tests start can be interrupted even
where the tests run behind `nohup` or a script's `&`, whose children ignore SIGINT.

`--lark-alone` takes the fast reader away, so that Lark reads every text of the whole suite.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from collections.abc import Generator, Iterator
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from databases import database
from deltasib_query.language import fast_parser
from mariadb import mariadb

__all__ = ["database", "mariadb"]

# Random filters of random records are large by nature: how long one takes to draw says nothing about the code.
_SLOW_DRAWS = (HealthCheck.too_slow, HealthCheck.data_too_large)

for name, examples in {"quick": 20, "default": 100, "thorough": 5000}.items():
    settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=_SLOW_DRAWS, print_blob=True
    )
_LIMIT = 900
"""Seconds: more than the slowest test takes on a busy machine."""

signal.signal(signal.SIGINT, signal.default_int_handler)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lark-alone", action="store_true", help="read every filter with Lark, none with the fast reader")


@pytest.fixture(scope="session", autouse=True)
def _lark_alone(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if request.config.getoption("--lark-alone"):
            patch.setattr(fast_parser, "read", _say_nothing)
        yield


def _say_nothing(*_: object) -> NoReturn:
    raise fast_parser.NotSimple


if sys.platform != "emscripten":  # which has no thread to watch from

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol() -> Generator[None, object, object]:
        faulthandler.dump_traceback_later(_LIMIT, exit=True)
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the real database is heavy."""
    for item in items:
        if "mariadb" in getattr(item, "fixturenames", ()):
            item.add_marker("heavy")
