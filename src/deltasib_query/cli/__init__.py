"""The command ``deltasib-query`` (extra ``cli``)."""

from __future__ import annotations

import sys

from deltasib_query.errors import MissingExtraError


def main() -> None:
    """Run the command; the entry point of the installed script."""
    try:
        from deltasib_query.cli.app import run
    except ModuleNotFoundError as missing:
        if missing.name not in {"typer", "rich"}:
            raise
        sys.exit(f"deltasib-query: {MissingExtraError('cli', missing.name)}")
    run()
