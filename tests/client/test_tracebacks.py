"""The traceback of an error that the service answers: few frames of ours."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import pytest

import deltasib_query
from deltasib_query import InvalidDataError

from .conftest import Ask, Call, Start
from .scripted import Scripted, failure

OURS = Path(deltasib_query.__file__).parent


@pytest.fixture
def refusing(start: Start) -> Scripted:
    return start(lambda _asked: failure(-5, 400))


@pytest.mark.parametrize(
    ("call", "first"),
    [
        (lambda isp: isp.user.list(), ["iter", "pages_of", "_fetch"]),
        (lambda isp: isp.user.add("ali", "secret"), ["add", "_write"]),
        (lambda isp: isp.user_status.current_status(user_id=7), ["current_status", "_read"]),
    ],
)
def test_an_error_of_the_service_has_few_frames(refusing: Scripted, ask: Ask, call: Call, first: list[str]) -> None:
    with pytest.raises(InvalidDataError) as caught:
        ask(refusing.url, call)
    frames = traceback.extract_tb(caught.value.__traceback__)
    ours = [frame.name for frame in frames if Path(frame.filename).is_relative_to(OURS)]
    names = [name.replace("__aiter__", "iter").replace("__iter__", "iter") for name in ours]
    # `_call` is there twice: as it goes through the attempts, and as it makes one.
    assert names == [*first, "_call", "_call", "_call_once", "_send", "parse_response"]


def test_an_error_of_the_service_has_no_other_error_behind_it(refusing: Scripted, ask: Ask) -> None:
    def call(isp: Any) -> Any:
        return isp.user.list(prefetch=1, max_seconds=60)

    with pytest.raises(InvalidDataError) as caught:
        ask(refusing.url, call)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
