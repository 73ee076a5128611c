"""``deltasib-query probe``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from deltasib_query import Client
from deltasib_query.cli.language import said
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.streams import writing


def probe_command(
    *,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="write the profile there, in TOML; it replaces the file", dir_okay=False),
    ] = None,
    server: ServerOptions,
) -> None:
    """Find out what a server does where the guide is silent, in about 25 requests that only read.

    The report goes to standard output. `list`, `probe` and `sandbox` take the written file as --profile.
    """
    with server.client(Client) as client:
        report = client.probe()
    for message in report.messages:
        print(said(message, sys.stdout))
    if output is not None:
        with writing(output):
            output.write_text(report.profile.to_toml(), "utf-8")
    if report.failure is not None:
        raise report.failure
