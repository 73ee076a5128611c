"""The command ``deltasib-query`` (extra ``cli``)."""

from __future__ import annotations

import sys

from deltasib_query.cli.streams import prepare
from deltasib_query.errors import MissingExtraError


def main() -> None:
    """Run the command; the entry point of the installed script."""
    prepare()
    try:
        from deltasib_query.cli.app import run
    except ModuleNotFoundError as missing:
        if missing.name not in {"typer", "rich"}:
            raise
        print(f"error: {MissingExtraError('cli', missing.name)}", file=sys.stderr)
        sys.exit(2)
    run()
