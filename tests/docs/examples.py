"""The examples of the documentation's pages, and how they are executed.

- ```` ```pycon ```` is a doctest.
- ```` ```python ```` is executed; with a title it is a file, which a later example runs.
- ```` ```toml ```` is the configuration file of the command: the sandbox stands in it for the server ``main``, and the
  environment names only that, and the password.
- ```` ```text title="prints" ```` is what the ```` ```python ```` before it printed.
- ```` ```console ```` has commands behind ``$``, and what they print.

The blocks of a page share their names. Where its head says ``sandbox: N``, there are `sandbox`, with N customers,
and its client `isp`, and the environment has the address and the account.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deltasib_query import Client
from deltasib_query.sandbox.server import Sandbox

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {path.relative_to(DOCS).as_posix(): path for path in sorted(DOCS.rglob("*.md"))}

EXECUTED = frozenset({"pycon", "python", "console", "toml"})
SHOWN = frozenset({"text", "sh", "html", "css", "js"})
"""What needs somebody's own server, or is no program."""

_BLOCK = re.compile(r"^```(?P<language>\w*)(?P<options>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="(?P<title>[^"]*)"')
_SANDBOX = re.compile(r"\A---\n(?:.*\n)*?sandbox: (?P<users>\d+)\n(?:.*\n)*?---\n")
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n?", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, its title, its text, the line before it."""

    language: str
    title: str
    text: str
    line: int


class ExampleError(AssertionError):
    """An example is not what its page says."""


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a page."""
    for found in _BLOCK.finditer(text):
        title = _TITLE.search(found["options"])
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found["language"], title["title"] if title else "", found["text"], line)


class Page:
    """A page while its examples are executed."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.text = path.read_text(encoding="utf-8")
        self.blocks = tuple(blocks(self.text))
        self.executed = 0
        self.requests: list[tuple[int, str]] = []
        self._name = path.relative_to(DOCS.parent).as_posix()
        self._folder = folder
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._line = 0
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DELTASIB_"))}
        self._environment = ours | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "80",
            "NO_COLOR": "1",
        }

    @contextmanager
    def sandbox(self) -> Iterator[None]:
        """Have the sandbox that the page's head asks for."""
        asked = _SANDBOX.match(self.text)
        with ExitStack() as stack:
            if asked:
                sandbox = stack.enter_context(Sandbox(users=int(asked["users"]), on_request=self._note))
                client = Client(sandbox.url, username=sandbox.username, password=sandbox.password)
                self._names |= {"sandbox": sandbox, "isp": stack.enter_context(client)}
                self._environment |= {
                    "DELTASIB_URL": sandbox.url,
                    "DELTASIB_USERNAME": sandbox.username,
                    "DELTASIB_PASSWORD": sandbox.password,
                }
            yield

    def run(self) -> None:
        """Execute every example, in order."""
        printed = ""
        for block in self.blocks:
            self._line = block.line
            if block.language == "pycon":
                self._doctest(block)
            elif block.language == "python" and block.title:
                (self._folder / block.title).write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                printed = self._program(block)
            elif block.language == "toml":
                self._configure(block)
            elif block.title == "prints":
                self._same(block, block.text, printed)
            elif block.language == "console":
                self._commands(block)

    def _note(self, request: str) -> None:
        self.requests.append((self._line, request))

    def _doctest(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(block.text, self._names, self._name, self._name, block.line)
        report = io.StringIO()
        doctest.DocTestRunner(verbose=False).run(test, out=report.write, clear_globs=False)
        self._names |= test.globs
        self.executed += len(test.examples)
        if report.getvalue():
            raise ExampleError(f"{self._name}, line {block.line}\n{report.getvalue()}")

    def _program(self, block: Block) -> str:
        self.executed += 1
        with redirect_stdout(io.StringIO()) as printed:
            # The blank lines put the line of the page into tracebacks.
            exec(compile("\n" * block.line + block.text, self._name, "exec", dont_inherit=True), self._names)
        return printed.getvalue()

    def _configure(self, block: Block) -> None:
        path = self._folder / block.title.removeprefix("~/")
        path.parent.mkdir(parents=True)
        url = self._environment.pop("DELTASIB_URL")
        path.write_text(block.text.replace("https://isp.example:1043", url), encoding="utf-8")
        del self._environment["DELTASIB_USERNAME"]
        self._environment |= {"HOME": str(self._folder), "DELTASIB_SERVER": "main"}
        self._environment.pop("XDG_CONFIG_HOME", None)
        self.executed += 1

    def _commands(self, block: Block) -> None:
        _before, *parts = _COMMAND.split(block.text)
        for command, expected in zip(parts[::2], parts[1::2], strict=True):
            done = subprocess.run(
                command, shell=True, cwd=self._folder, env=self._environment, encoding="utf-8",
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
            )  # fmt: skip
            self.executed += 1
            self._same(block, expected, done.stdout)

    def _same(self, block: Block, expected: str, got: str) -> None:
        if [line.rstrip() for line in expected.rstrip().splitlines()] != [
            line.rstrip() for line in got.rstrip().splitlines()
        ]:
            raise ExampleError(f"{self._name}, line {block.line}\nexpected:\n{expected}\ngot:\n{got}")
