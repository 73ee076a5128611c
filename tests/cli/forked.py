"""Runs the command in forks of a process that has imported it: in a tenth of the time that a new interpreter takes.

For each command that process gets a message with the arguments and the environment in a file, the three standard
streams, and a socket on which it answers with the number of the new process, and later with its exit status.
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
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, Self

LONGEST: Final = 120
"""Seconds that no command of a test takes."""

Arguments = Sequence[str | bytes]


class Process:
    """A running command, with the methods of `subprocess.Popen` that tests need."""

    def __init__(self, reply: socket.socket, stdout: IO[bytes], stderr: IO[bytes]) -> None:
        self._reply, self.stdout, self.stderr = reply, stdout, stderr
        reply.settimeout(LONGEST)
        self.pid = int(reply.recv(100))
        self.returncode: int | None = None

    def wait(self, timeout: float = LONGEST) -> int:
        """Return the exit status. Raises `OSError` if the command does not end in time."""
        if self.returncode is None:
            self._reply.settimeout(timeout)
            self.returncode = int(self._reply.recv(100))
            self._reply.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit status, or None while the command runs."""
        try:
            return self.wait(0)
        except BlockingIOError:
            return None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self) -> tuple[bytes, bytes]:
        """Return what was printed, once the command has ended."""
        with ThreadPoolExecutor(1) as pool:
            out = pool.submit(self.stdout.read)
            err = self.stderr.read()
            self.wait()
            return out.result(LONGEST), err

    def close(self) -> None:
        """End the command and forget it."""
        self.kill()
        self.wait()
        self.stdout.close()
        self.stderr.close()


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

    def run(self, arguments: Arguments, stdin: bytes, environment: Mapping[str, str]) -> tuple[int, bytes, bytes]:
        """Return the exit status, and what was printed."""
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            status = Process(self._fork(arguments, environment, given, out, err), out, err).wait()
            out.seek(0)
            err.seek(0)
            return status, out.read(), err.read()

    def start(self, arguments: Arguments, environment: Mapping[str, str]) -> Process:
        """Start a command without standard input, whose output comes through pipes."""
        (out, their_out), (err, their_err) = os.pipe(), os.pipe()
        with TemporaryFile() as nothing, os.fdopen(their_out, "wb") as out_end, os.fdopen(their_err, "wb") as err_end:
            reply = self._fork(arguments, environment, nothing, out_end, err_end)
        return Process(reply, os.fdopen(out, "rb"), os.fdopen(err, "rb"))

    def _fork(self, arguments: Arguments, environment: Mapping[str, str], *streams: IO[bytes]) -> socket.socket:
        reply, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, TemporaryFile() as job:
            job.write(json.dumps([list(map(os.fsdecode, arguments)), dict(environment), str(Path.cwd())]).encode())
            job.seek(0)
            files = [theirs.fileno(), job.fileno(), *(stream.fileno() for stream in streams)]
            socket.send_fds(self._socket, [b"fork"], files)
        return reply


def serve(connection: socket.socket) -> bool:
    """Fork for every message. Return True in a fork that has to run its command, and False at the end."""
    while True:
        data, descriptors, _flags, _address = socket.recv_fds(connection, 100, 5)
        if not data:
            return False
        if not os.fork():
            break
        for descriptor in descriptors:
            os.close(descriptor)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    connection.close()
    reply, job, *streams = descriptors
    if child := os.fork():
        for descriptor in (job, *streams):
            os.close(descriptor)
        os.write(reply, str(child).encode())
        os.write(reply, str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
        os._exit(0)
    os.close(reply)
    with os.fdopen(job, "rb") as file:
        arguments, environment, folder = json.load(file)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["deltasib-query", *arguments]
    signal.alarm(LONGEST)
    return True


if __name__ == "__main__":
    import deltasib_query.cli.app
    import deltasib_query.integrations.arrow
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
