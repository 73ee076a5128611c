"""A file that keeps the position of a walk."""

from __future__ import annotations

import os
from pathlib import Path

from anyio.to_thread import run_sync

from deltasib_query.client.paging.atomic_file import AtomicFile, sweep
from deltasib_query.errors import ResumeError
from deltasib_query.messages.message import Message


class Checkpoint:
    """A file that holds the token of a walk, or another text of its caller, and never half of it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def read(self) -> str | None:
        """Return the text, or None if there is no file yet. Raises `ResumeError` for a file that cannot be read."""
        try:
            sweep(self._path)
            if self._path.is_file() or not self._path.exists():
                return self._path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ResumeError(Message("resume.unreadable", path=str(self._path), reason=str(error))) from None
        raise ResumeError(Message("resume.no-plain-file", path=str(self._path)))

    def write(self, text: str) -> None:
        """Replace the text in the file. Raises `ResumeError` if that is impossible."""
        try:
            with AtomicFile.create(self._path) as new:
                new.file.write(text.encode())
                new.replace()
        except OSError as error:
            raise ResumeError(Message("resume.unwritable", path=str(self._path), reason=str(error))) from error


class AsyncCheckpoint:
    """A `Checkpoint` that is read and written in a thread."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = Checkpoint(path)

    async def read(self) -> str | None:
        """Return the text, as `Checkpoint.read`."""
        return await run_sync(self._file.read)

    async def write(self, text: str) -> None:
        """Replace the text, as `Checkpoint.write`."""
        await run_sync(self._file.write, text)
