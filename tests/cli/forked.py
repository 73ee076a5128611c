"""Runs the command in forks of a process that has imported it: in a tenth of the time that a new interpreter takes.

Started with the number of a socket, it gets one message per run: a file with the arguments and the environment, and the
three standard streams. It answers with the exit status.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO, Final, Self

LONGEST: Final = 120
"""Seconds that no command of a test takes."""


class ForkServer:
    """Runs commands, inside a ``with``."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, __file__, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.wait(LONGEST)

    def run(
        self, arguments: Sequence[str | bytes], stdin: bytes, environment: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Return the exit status, and what was printed."""
        with TemporaryFile() as job, TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            job.write(json.dumps([list(map(os.fsdecode, arguments)), dict(environment), os.getcwd()]).encode())
            given.write(stdin)
            files: tuple[IO[bytes], ...] = (job, given, out, err)
            for file in files:
                file.seek(0)
            socket.send_fds(self._socket, [b"run"], [file.fileno() for file in files])
            status = int(self._socket.recv(100))
            return status, _contents(out), _contents(err)


def _contents(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def serve(connection: socket.socket) -> bool:
    """Fork for every message. Return True in a fork, which has to run the command then, and False at the end."""
    while True:
        data, (*files,), _flags, _address = socket.recv_fds(connection, 100, 4)
        if not data:
            return False
        child = os.fork()
        if not child:
            break
        for file in files:
            os.close(file)
        connection.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
    signal.alarm(LONGEST)
    connection.close()
    job, *streams = files
    with open(job, "rb") as file:
        arguments, environment, folder = json.load(file)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["deltasib-query", *arguments]
    return True


if __name__ == "__main__":
    import deltasib_query.cli.app
    import deltasib_query.integrations.arrow  # noqa: F401
    from deltasib_query import User, check

    check("=", User)  # builds the parser
    gc.freeze()
    if serve(socket.socket(fileno=int(sys.argv[1]))):
        try:
            deltasib_query.cli.main()
        except SystemExit as ended:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(ended.code if isinstance(ended.code, int) else 0)  # taking the interpreter down takes long
