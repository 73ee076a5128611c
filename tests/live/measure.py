"""How the database weighs each character: `python tests/live/measure.py` prints `evaluation/persian_ci.txt`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deltasib_query.evaluation.collation import implicit_weights

COLLATION = "utf8mb3_persian_ci"
_BATCH = 5000


def weights(connection: Any) -> dict[int, str]:
    """Return what WEIGHT_STRING says of every code point that utf8mb3 has, in hexadecimal."""
    points = [point for point in range(0x10000) if not 0xD800 <= point < 0xE000]
    measured: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"create temporary table letters (point int, letter varchar(1)) charset utf8mb3 collate {COLLATION}"
        )
        for start in range(0, len(points), _BATCH):
            batch = points[start : start + _BATCH]
            values = ", ".join(f"({point}, _utf8mb3 x'{chr(point).encode().hex()}')" for point in batch)
            cursor.execute(f"insert into letters values {values}")
        cursor.execute("select point, hex(weight_string(letter)) from letters")
        measured.update(cursor.fetchall())
        cursor.execute("drop temporary table letters")
    return measured


def lines(measured: dict[int, str]) -> Iterator[str]:
    """Yield the lines of the file: a run of code points, the weights of the first, what each adds to the one before."""
    run: tuple[int, int, str, int] | None = None
    for point, letter in sorted(measured.items()):
        if letter == implicit_weights(point).encode("utf-16-be", "surrogatepass").hex().upper():
            continue
        if run is not None:
            start, end, first, step = run
            added = int(letter or "0", 16) - int(first or "0", 16)
            longer = point == end + 1 and len(letter) == len(first) and letter[:-4] == first[:-4]
            if longer and (0 <= added < 10 if end == start else added == step * (point - start)):
                run = (start, point, first, added if end == start else step)
                continue
            yield _line(*run)
        run = (point, point, letter, 0)
    assert run is not None
    yield _line(*run)


def _line(start: int, end: int, letter: str, step: int) -> str:
    points = f"{start:04X}" if start == end else f"{start:04X}-{end:04X}"
    return f"{points} {letter or '-'}" + (f"+{step}" if step else "")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from mariadb import running

    with running() as server:
        print(*lines(weights(server.connect(database="mysql"))), sep="\n")
