"""The API for editors: over HTTP on this machine, the first answer of a process, a long text without its end."""

from __future__ import annotations

import functools
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

from completing import TYPED
from measuring import Effort, Result, Work, measure

from deltasib_query import Policy, UserPayment, as_json
from deltasib_query.integrations.web import assist
from deltasib_query.sandbox.network.http_server import listen, serve

POLICY = Policy(UserPayment, scope=UserPayment.Terminal_Id == 5)
FIRST = """
import asyncio, time
from deltasib_query import Policy, User
from deltasib_query.integrations.web import assist

async def policy_of(request):
    return Policy(User, scope="all rows")

app = assist(policy_of)
body = b'{"text": "Usernme != 5 and", "caret": 16, "language": "fa"}'
scope = {"type": "http", "method": "POST", "path": "/check", "headers": [(b"content-type", b"application/json")]}
scope |= {"query_string": b"", "root_path": "", "http_version": "1.1"}

async def receive():
    return {"type": "http.request", "body": body}

async def send(message):
    pass

async def first():
    start = time.process_time()
    await app(dict(scope), receive, send)
    print(time.process_time() - start)

asyncio.run(first())
"""


def serving(effort: Effort) -> Iterator[tuple[str, Mapping[str, Result]]]:
    """The keys of whole filters over HTTP, the first answer of a process, a long unfinished text."""
    first = [seconds for _ in range(min(effort.turns, 10)) for seconds in _printed(["-c", FIRST])]
    yield "first answer after the mount", _shown({"/check": first})
    text = " and ".join([TYPED[2]] * 60)[:5600]
    works: dict[str, Work] = {
        "check": functools.partial(POLICY.check, text),
        "check, as JSON": lambda: as_json(POLICY.check(text), text, language="fa", caret=len(text)),
    }
    yield "check of 5.6 kB, unfinished", measure(works, effort)

    async def policy_of(_request: object) -> Policy[UserPayment]:
        return POLICY

    with listen("127.0.0.1", 0) as listener:
        stop = serve(assist(policy_of), listener, None)
        start = time.process_time()
        times = _printed(
            [__file__, str(listener.getsockname()[1])]
        )  # another process types: two threads would share the lock
        used = (time.process_time() - start) / len(times)
        stop()
    yield (
        "/complete over HTTP, each key",
        _shown({"seen": times}) | {"processor, of the server": Result(used * 1e6, 1, 1, 1)},
    )


def _shown(times: Mapping[str, list[float]]) -> dict[str, Result]:
    """Return the median, and below what 95 of 100 are."""
    shown = {}
    for name, all_times in times.items():
        ordered = sorted(all_times)
        middle, high = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
        shown[f"{name}, median"] = Result(middle * 1e6, 1, 1, 1)
        shown[f"{name}, 95 of 100 are below"] = Result(high * 1e6, high / middle, high / middle, high / middle)
    return shown


def _printed(arguments: list[str]) -> list[float]:
    """Return the seconds that a process of Python prints."""
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return [*map(float, done.stdout.split())]


def _type(port: int) -> None:
    """Print the seconds that each key takes as the filters are typed."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for text in TYPED:
        for end in range(len(text) + 1):
            body = json.dumps({"text": text[:end], "caret": end, "language": "fa"})
            start = time.perf_counter()
            connection.request("POST", "/complete", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            print(time.perf_counter() - start)
            assert response.status == 200


if __name__ == "__main__":
    _type(int(sys.argv[1]))
