"""Where passwords come from. None is an argument, which the shell's history and the list of processes would have."""

from __future__ import annotations

import sys
from importlib import import_module

from deltasib_query.cli.console import ask_password, read_password
from deltasib_query.cli.language import wrong
from deltasib_query.messages.message import Message


def account_password(url: str, username: str) -> str:
    """Return the password of an API account: that of the keyring or, if there is none, the one that is asked for.

    The keyring has it under the server's address, so it is never sent to another server.
    """
    password = _keyring_password(url.rstrip("/"), username) or ask_password()
    if password is None:
        raise wrong("command.password-needed")
    return password


def new_password(username: str) -> str:
    """Return the password for a new customer: a line of standard input, or asked for twice on a terminal."""
    if not sys.stdin.isatty():
        password = read_password()
    else:
        password = ask_password(Message("command.new-password", username=username))
        if password != ask_password(Message("command.password-again")):
            raise wrong("command.passwords-differ")
    if password is None:
        raise wrong("command.new-password-needed")
    return password


def _keyring_password(url: str, username: str) -> str | None:
    try:
        keyring = import_module("keyring")
    except ImportError:
        return None
    try:
        password: str | None = keyring.get_password(url, username)
    except keyring.errors.KeyringError:  # there is none on this machine, or it is locked
        return None
    return password
