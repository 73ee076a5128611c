"""Times as ratios: the works of a table take turns, and each turn gives a ratio to the first of them.

Single times depend on the machine, ratios hardly do. The clock is the processor's time of the process, so that others
who use the machine count as little as possible. Python's collector of cyclic garbage rests meanwhile, as in `timeit`.
"""

from __future__ import annotations

import gc
import json
import platform
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias

Work: TypeAlias = Callable[[], object]
Clock: TypeAlias = Callable[[], float]

VERSIONS = (
    "cel-python", "common-expression-language", "cql2", "httpx", "lark", "luqum", "odata-query", "pydantic",
    "pygeofilter", "pypika", "pysnow", "SQLAlchemy", "sqlglot", "sqlglotc",
)  # fmt: skip


@dataclass(frozen=True)
class Effort:
    """How many turns at most, how many seconds of a turn go to each work, and how many to a whole table.

    A work that takes longer than its seconds is called once a turn; three turns there are in any case.
    """

    turns: int = 150
    seconds: float = 0.005
    table: float = 5.0


@dataclass(frozen=True)
class Result:
    """What one work took: the median in microseconds, and its ratio to the floor with the spread over the turns."""

    microseconds: float
    ratio: float
    low: float
    high: float


def children() -> float:
    """The processor's time of the processes that this one has started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(works: Mapping[str, Work], effort: Effort, clock: Clock = time.process_time) -> dict[str, Result]:
    """Time the works in turns; the first of them is the floor of the ratios."""
    calls = {name: _calls(work, effort.seconds, clock) for name, work in works.items()}
    turns: list[dict[str, float]] = []
    start = clock()
    gc.collect()
    gc.disable()
    try:
        while len(turns) < 3 or (len(turns) < effort.turns and clock() - start < effort.table):
            turns.append({name: _seconds(work, calls[name], clock) for name, work in works.items()})
    finally:
        gc.enable()
    floor = next(iter(works))
    results = {}
    for name in works:
        ratios = [turn[name] / turn[floor] for turn in turns]
        middle = statistics.median(turn[name] for turn in turns)
        results[name] = Result(middle * 1e6, statistics.median(ratios), min(ratios), max(ratios))
    return results


def _calls(work: Work, seconds: float, clock: Clock) -> int:
    work()
    return max(1, int(seconds / max(_seconds(work, 1, clock), 1e-7)))


def _seconds(work: Work, calls: int, clock: Clock) -> float:
    start = clock()
    for _ in range(calls):
        work()
    return (clock() - start) / calls


def show(title: str, results: Mapping[str, Result]) -> None:
    """Print one table."""
    print(f"\n{title}")
    for name, result in results.items():
        spread = f"{result.low:.2f} to {result.high:.2f}"
        print(f"  {name:46}{result.microseconds:14,.1f} µs{result.ratio:10.2f} x   ({spread})")


def write(path: Path, tables: Mapping[str, Mapping[str, Result]]) -> None:
    """Write all tables, and what they were measured with, as JSON."""
    described = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - the day where the machine stands
        "machine": f"{platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "versions": dict(filter(None, map(_version, VERSIONS))),
        "tables": {title: {name: asdict(one) for name, one in table.items()} for title, table in tables.items()},
    }
    path.write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _version(package: str) -> tuple[str, str] | None:
    try:
        return package, metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def compare(before: Path, after: Path) -> None:
    """Print how the ratios of two files differ."""
    old, new = (_read(path) for path in (before, after))
    for title, table in new.items():
        print(f"\n{title}")
        for name, one in table.items():
            was = old.get(title, {}).get(name)
            change = (
                f"{was['ratio']:10.2f} x -> {one['ratio']:8.2f} x   ({one['ratio'] / was['ratio']:.2f})" if was else ""
            )
            print(f"  {name:46}{change or 'new'}")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))["tables"]
