"""A file that takes another one's place when it is complete, and leaves that one alone until then.

It is written beside the other under a name of its own: created exclusively, for its owner alone, locked while it is
open. A crash leaves it behind; whoever writes the same file next removes it, since nobody holds its lock.

A checkpoint may name such a file while nobody has it open. So the files of an export with a checkpoint have a digest of
the checkpoint's path in their names, and only an export with that checkpoint removes them.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Literal, Self, TypeAlias

_MARK: Final = ".deltasib-"
_RANDOM: Final = "[a-z0-9_]{8}"  # of mkstemp
_OWNER: Final = "[0-9a-f]{16}-"

Ending: TypeAlias = Literal[".part", ".new"]
ENDINGS: Final = (".part", ".new")
"""Of a file that grows, maybe in several runs; of one that is written in one go."""


class AtomicFile:
    """A file that is written beside `target`, and replaces it on `replace`.

    target: the file to replace, behind any symbolic link. path: of this one. file: to write into, until `replace`.
    checkpoint: the file whose export it belongs to, if any: nobody else removes it.
    keep: whether this file stays, for a later run, if the ``with`` ends without `replace`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, AtomicFile.create(Path(folder, "users.csv")) as new:
    ...     _ = new.file.write(b"User_Id")
    ...     print(new.target.exists(), end=" ")
    ...     new.replace()
    ...     print(new.target.read_text())
    False User_Id
    """

    def __init__(
        self, target: Path, path: Path, file: BinaryIO, checkpoint: Path | None, *, keep: bool = False
    ) -> None:
        self.target, self.path, self.file, self.checkpoint, self.keep = target, path, file, checkpoint, keep

    @classmethod
    def create(cls, target: Path, ending: Ending = ".new", checkpoint: Path | None = None) -> Self:
        """Create an empty one. Raises `OSError`."""
        target = behind_links(target)
        start = f"{target.name}{_MARK}{_owner(checkpoint) if checkpoint else ''}"
        while True:
            number, name = tempfile.mkstemp(ending, start, target.parent)
            file = open(number, "wb")  # noqa: PTH123, SIM115 - a descriptor, which mkstemp has opened
            with suppress(BlockingIOError):
                _lock(file)
                if Path(name).exists():  # or a `sweep` was quicker than the lock
                    return cls(target, Path(name), file, checkpoint)
            file.close()

    @classmethod
    def reopen(cls, target: Path, name: str, length: int, checkpoint: Path) -> Self:
        """Open the one of this name, which an earlier run has kept, to go on behind so many bytes.

        The checkpoint may have had another path then.

        Raises `FileNotFoundError` if it does not exist or is shorter, `BlockingIOError` while somebody else writes it,
        `OSError` if it cannot be opened.
        """
        target = behind_links(target)
        if not _pattern(target, _OWNER).fullmatch(name):  # whoever wrote it there
            raise FileNotFoundError
        path = target.with_name(name)
        file = _open(path)
        try:
            _lock(file)
            if os.fstat(file.fileno()).st_size < length:
                raise FileNotFoundError
            file.truncate(length)
            file.seek(length)
        except BaseException:
            file.close()
            raise
        return cls(target, path, file, checkpoint, keep=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # of the rest that could not be written before either
            self.file.close()
        if not self.keep:
            self.path.unlink(missing_ok=True)

    def sync(self) -> None:
        """Have on the disk what was written, and that the file is there."""
        self.file.flush()
        os.fsync(self.file.fileno())
        _sync_folder(self.path.parent)

    def replace(self) -> None:
        """Put the file in the place of its target, in one step."""
        self.sync()
        self.file.close()  # before it is moved, as Windows wants it
        self.path.replace(self.target)
        _sync_folder(self.path.parent)


def sweep(target: Path, checkpoint: Path | None = None) -> None:
    """Remove what crashes have left beside a file: all that were to replace it and that nobody has locked.

    Those that belong to a checkpoint are removed only for an export that has this one, and the one it goes on with
    locked.
    """
    with suppress(OSError):  # a folder that cannot be listed
        target = behind_links(target)
        pattern = _pattern(target, _owner(checkpoint) if checkpoint else "")
        for path in [Path(each) for each in os.scandir(target.parent) if pattern.fullmatch(each.name)]:
            with suppress(OSError), _open(path) as file:  # somebody else's, or at work
                if _lock(file):
                    path.unlink()


def may_be_work_of(path: Path, target: Path) -> bool:
    """Return whether a file could be taken, by its name, for one that is to replace `target`.

    >>> may_be_work_of(Path("users.csv.part"), Path("users.csv")), may_be_work_of(Path("users.part"), Path("users.csv"))
    (True, False)
    """
    return path.parent == target.parent and path.name.startswith(f"{target.name}.") and path.suffix in ENDINGS


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file's content; None if there is no file. Raises `OSError`."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def behind_links(path: Path) -> Path:
    """Return the path that a symbolic link leads to in the end. Raises `OSError` for one that leads to itself."""
    real = os.path.realpath(path)
    if os.path.islink(real):  # noqa: PTH114 - which raises nothing for a name that is too long
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return Path(real)


def _owner(checkpoint: Path) -> str:
    """Return what names the checkpoint in the name of a file; there is no hyphen in `_RANDOM`."""
    return hashlib.sha256(os.fsencode(os.path.realpath(checkpoint))).hexdigest()[:16] + "-"


def _pattern(target: Path, owner: str) -> re.Pattern[str]:
    """Return what the names have of all that belong to no checkpoint, or to an owner of this pattern."""
    endings = "|".join(map(re.escape, ENDINGS))
    return re.compile(f"{re.escape(target.name + _MARK)}(?:{owner})?{_RANDOM}(?:{endings})")


def _open(path: Path) -> BinaryIO:
    """Open a plain file that is there, and nothing that merely looks like one."""
    flags = os.O_RDWR
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):  # as far as a system has them
        flags |= getattr(os, name, 0)
    file = open(os.open(path, flags), "wb")  # noqa: PTH123, SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError
    return file


def _lock(file: BinaryIO) -> bool:
    """Lock a file until it is closed. Return False if the file system has no locks.

    Raises `BlockingIOError` if somebody else has locked it.
    """
    if sys.platform == "win32":
        return True  # what somebody has open cannot be removed there
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    if sys.platform != "win32":
        with suppress(OSError):  # some file systems have no such thing
            number = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
