"""A file that keeps where a walk stands."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from deltasib_query.errors import ResumeError


class Checkpoint:
    """A file that holds the text of where a walk stands, and never half of it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def read(self) -> str | None:
        """Return the text, or None where there is no file yet. Raises `ResumeError` for a file that cannot be read."""
        try:
            return self._path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ResumeError(f"{self._path} cannot be read ({error})") from None

    def write(self, text: str) -> None:
        """Put the text in the place of the one before. Raises `ResumeError` where that cannot be done."""
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._path.parent, prefix=self._path.name, suffix=".new", delete=False
            ) as new:
                try:
                    new.write(text)
                    new.flush()
                    os.fsync(new.fileno())
                    Path(new.name).replace(self._path)
                except BaseException:
                    Path(new.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            raise ResumeError(f"{self._path} cannot be written ({error})") from None
