"""What bash offers when the tabulator is pressed, by the function that the command writes for it; and the help."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import COMMAND, Run, environment
from .forked import LONGEST

COMMANDS = [
    "check", "explain", "fields", "errors", "probe", "list", "count", "credit", "status", "disconnect", "add-user",
    "pay", "buy", "cancel", "sandbox", "demo",
]  # fmt: skip


def completed(*words: str, **more: str) -> list[str]:
    """Return what bash's completion function offers for the last of the words."""
    script = """
eval "$(_DELTASIB_QUERY_COMPLETE=source_bash "$0")"
COMP_WORDS=("$0" "$@"); COMP_CWORD=$#
_deltasib_query_completion "$0"
printf '%s\\n' "${COMPREPLY[@]}"
"""
    done = subprocess.run(
        ["bash", "-c", script, COMMAND, *words], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
        timeout=LONGEST, env=environment(**more),
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.rstrip("\n").split("\n")


pytestmark = pytest.mark.heavy


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("di",), ["disconnect"]),
        (("list", "user."), ["user.payment", "user.service.base"]),
        (("fields", "SER"), ["SERvice"]),
        (("list", "user", "--fields", "Username,n"), ["Username,name"]),
        (("list", "user", "--format", "nd"), ["ndjson"]),
        (("check", "user", '"User_Id > 5 an'), ["User_Id > 5 and "]),
        (("count", "service", "--filter", '"pri'), ["price "]),
        (("disconnect", '"nas_i'), ["nas_id "]),
        (("pay", "--payment-type", "c"), ["cash", "cheque"]),
        (("check", "user", "-", "--js"), ["--json"]),
        (("check", "nothing", '"Use'), [""]),
    ],
    ids=str,
)
def test_bash_offers(words: tuple[str, ...], offered: list[str]) -> None:
    assert completed(*words) == offered


@pytest.mark.parametrize(("text", "offered"), [("[servers.main]\n[servers.test]\n", "main"), ("no TOML", "")])
def test_bash_offers_servers(tmp_path: Path, text: str, offered: str) -> None:
    (tmp_path / "deltasib-query").mkdir()
    (tmp_path / "deltasib-query" / "config.toml").write_text(text)
    assert completed("list", "user", "--server", "m", XDG_CONFIG_HOME=str(tmp_path)) == [offered]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_80_columns_and_has_no_types_of_python(run: Run, command: str) -> None:
    words = [command] if command else []
    short, long = run(*words, "-h", COLUMNS="80"), run(*words, "--help", COLUMNS="80")
    assert (short.status, short.out) == (0, long.out)
    assert max(map(len, short.out.splitlines())) <= 80
    assert not [word for word in ("<Any>", "<str>", "<int", "<float>", "<file>") if word in short.out]
