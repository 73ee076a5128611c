"""The command ``deltasib-query`` (extra ``cli``)."""

from __future__ import annotations

import sys

from deltasib_query.cli.streams import prepare_streams
from deltasib_query.errors import MissingExtraError


def main() -> None:
    """Run the command. The installed script calls this."""
    prepare_streams()
    try:
        from deltasib_query.cli.app import run
    except ModuleNotFoundError as missing:
        if missing.name not in {"typer", "rich"}:
            raise
        print(f"error: {MissingExtraError('cli', missing.name)}", file=sys.stderr)
        sys.exit(2)
    run()
