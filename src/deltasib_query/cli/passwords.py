"""Where a password comes from that was given neither as an option nor in the environment."""

from __future__ import annotations

import sys
import warnings
from getpass import GetPassWarning, getpass
from importlib import import_module

from deltasib_query.cli.language import said, wrong
from deltasib_query.messages.message import Message


def account_password(url: str, username: str) -> str:
    """Return the password of an API account: that of the keyring or, if there is none, the one that is asked for.

    The keyring has it under the server's address, so it is never sent to another server.
    """
    password = _keyring_password(url.rstrip("/"), username) or _ask(Message("command.password"))
    if password is None:
        raise wrong("command.password-needed")
    return password


def new_password(username: str) -> str:
    """Return the password for a new customer: a line of standard input, or asked for twice on a terminal."""
    if not sys.stdin.isatty():
        password = _read_line()
    else:
        password = _ask(Message("command.new-password", username=username))
        if password != _ask(Message("command.password-again")):
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


def _ask(prompt: Message) -> str | None:
    """Ask for a password on the terminal or, without one, read a line of standard input. Return None at its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(f"{said(prompt)}: ")
        except GetPassWarning:  # there is no terminal
            return _read_line()
        except EOFError:
            return None


def _read_line() -> str | None:
    """Return a line of standard input; None at its end."""
    return sys.stdin.readline().rstrip("\r\n") or None
