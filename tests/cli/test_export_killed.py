"""Exports that are killed and continued: every row comes exactly once, wherever the kill hits."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deltasib_query.sandbox.faults import Faults
from deltasib_query.sandbox.server import Sandbox

from .conftest import account, environment
from .forked import ForkServer
from .test_export import FORMS, ids, names

pytestmark = pytest.mark.heavy

ROWS = 400
KILLS = 3


@pytest.mark.parametrize("form", FORMS)
def test_killed_at_random_moments(fork_server: ForkServer, tmp_path: Path, form: str) -> None:
    moments = random.Random(form)
    path, checkpoint = tmp_path / f"users.{form}", tmp_path / "checkpoint"
    command = ["list", "user", "--page-size", "20", "--format", form, "--output", str(path), "--checkpoint",
               str(checkpoint)]  # fmt: skip
    with Sandbox(users=ROWS, faults=Faults(latency=0.04)) as sandbox:
        for _ in range(KILLS):
            before = checkpoint.read_bytes() if checkpoint.exists() else b""
            process = fork_server.start(command, environment(**account(sandbox)))
            while process.poll() is None and (not checkpoint.exists() or checkpoint.read_bytes() == before):
                time.sleep(0.001)
            time.sleep(moments.uniform(0, 0.15))
            process.close()
            assert process.returncode == -9
            assert b'"digest":null' in checkpoint.read_bytes()
            assert not path.exists()
        assert fork_server.run(command, b"", environment(**account(sandbox)))[0] == 0
    assert ids(path) == list(range(1, ROWS + 1))
    assert names(tmp_path) == ["checkpoint", path.name]


TESTS = str(Path(__file__).parents[1])
ALL_ALONG = """
import json, os, sys
from pathlib import Path
from served_users import users
from deltasib_query import User
from deltasib_query.cli.export import files, run as module
from deltasib_query.cli.formats import Format
from deltasib_query.client.paging import atomic_file, checkpoint

root, form, step = Path(sys.argv[1]), Format(sys.argv[2]), int(sys.argv[3])
FILES = {module.__file__, files.__file__, atomic_file.__file__, checkpoint.__file__}
os.fsync = lambda number: None  # what a process has written outlives it without
ROWS = 7

def run(name, lines):
    "Export in a process of its own, which dies before the line of this number; say whether it has."
    child = os.fork()
    if not child:
        left, listing = lines, users(ROWS, page_size=3, fields=[User.Name])
        def trace(frame, event, argument):
            nonlocal left
            if frame.f_code.co_filename not in FILES:
                return None
            if event == "line":
                left -= 1
                if not left:
                    os._exit(9)
            return trace
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.settrace(trace)
        module.export(listing, form, folder / name, folder / f"{name}.checkpoint", overwrite=bool(old))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def parsed(name):
    path = folder / name
    if form == "parquet":
        import pyarrow.parquet as pq
        return pq.read_table(path).to_pydict()["User_Id"]
    lines = path.read_text().splitlines()
    return [int("".join(filter(str.isdigit, line))) for line in lines[form == "csv":]]

def intact(name):
    "Say that the output is what it was, or all there is."
    now = (folder / name).read_bytes() if (folder / name).exists() else None
    assert now == old or parsed(name) == list(range(1, ROWS + 1)), (name, now)

def counted_on(name):
    "Say that no other export's sweep takes what the checkpoint counts on."
    output, checkpoint = folder / name, folder / f"{name}.checkpoint"
    atomic_file.sweep(output)
    atomic_file.sweep(output, folder / "other")
    if checkpoint.exists():
        state = json.loads(checkpoint.read_text())
        work = folder / state["work"]
        kept = work.exists() and work.stat().st_size >= state["length"]
        assert kept or state["digest"] == atomic_file.digest(output) is not None, (name, state)

number, died, name = 0, True, f"users.{form}"
while died:
    (folder := root / str(number)).mkdir()
    old = b"what was there before" if number % 3 else None
    if old:
        (folder / name).write_bytes(old)
    died = run(name, number + 1)
    intact(name)
    counted_on(name)
    run(name, 1 + number * 7 % 190)  # the next attempt dies somewhere else, or not
    intact(name)
    counted_on(name)
    assert run(name, 0) == 0
    left = {each.name for each in folder.iterdir()}
    assert left == {name, f"{name}.checkpoint"}, (number, left)
    assert parsed(name) == list(range(1, ROWS + 1)), (number, parsed(name))
    number += step
print(number)
"""


@pytest.mark.parametrize(("form", "step"), [("csv", "11"), ("parquet", "29")])
def test_killed_all_along(tmp_path: Path, form: str, step: str) -> None:
    # Python 3.12 warns of threads, which Arrow has; the children leave them alone.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", ALL_ALONG, str(tmp_path), form, step]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(PYTHONPATH=TESTS), timeout=300)
    assert done.stderr == ""
    assert int(done.stdout) > 400
