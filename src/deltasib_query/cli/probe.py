"""``deltasib-query probe``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from deltasib_query.cli.arguments import CaFile, Insecure, Password, ProfileFile, Url, Username, connected
from deltasib_query.cli.language import said
from deltasib_query.cli.streams import writing


def probe_command(
    url: Url,
    username: Username,
    password: Password = None,
    output: Annotated[
        Path | None, typer.Option(help="write the profile there, in TOML; it replaces the file", dir_okay=False)
    ] = None,
    ca_file: CaFile = None,
    insecure: Insecure = False,
    profile: ProfileFile = None,
) -> None:
    """Find out what a server does where the guide is silent, in about 25 requests that only read.

    The report goes to standard output. `list`, `probe` and `sandbox` take the written file as --profile.
    """
    with connected(url, username, password, ca_file, insecure, profile) as client:
        report = client.probe()
    for message in report.messages:
        print(said(message, sys.stdout))
    if output is not None:
        with writing(output):
            output.write_text(report.profile.to_toml(), "utf-8")
    if report.failure is not None:
        raise report.failure
