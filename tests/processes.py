"""Programs that tests start. Each ends with its test, and no test waits for one without a limit."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import Any, Final

LIMIT: Final = 120.0
"""Seconds: more than any program of a test takes."""


@contextmanager
def running(command: Sequence[str], limit: float = LIMIT, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a program, let the test read its pipes, terminate it at the end. Kill it after the limit."""
    with subprocess.Popen(command, text=True, **options) as process:
        watch = Timer(limit, process.kill)
        watch.start()
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(LIMIT)
            finally:
                process.kill()
                watch.cancel()
