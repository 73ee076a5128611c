"""``deltasib-query explain``."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from deltasib_query import explain
from deltasib_query.cli.arguments import FilterText, Object, read_filter
from deltasib_query.cli.language import for_reader_of, language


class Form(StrEnum):
    """How an explanation is written."""

    text = "text"
    svg = "svg"
    html = "html"


def explain_command(
    record: Object,
    filter_text: FilterText,
    form: Annotated[Form, typer.Option("--as", help="words, or a picture of the tree")] = Form.text,
) -> None:
    """Say in plain words what a filter selects."""
    explained = explain(read_filter(filter_text), record, language=language())
    if form is Form.svg:
        print(explained.to_svg())
    elif form is Form.html:
        print(explained.to_html())
    else:
        print(for_reader_of(sys.stdout, str(explained)))
