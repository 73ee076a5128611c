"""What the checkpoint of an export holds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from deltasib_query.cli.formats import Format
from deltasib_query.errors import ResumeError
from deltasib_query.messages.message import Message, Param


class ExportState(BaseModel):
    """How far an export has come.

    output: the name of the file. start, limit: of the list; the token does not have them. A scan starts at -1.
    work: the name of the work file. token: the position behind its last page. length: its bytes up to there.
    rows: the number of rows in it. digest: of the complete file, once all rows are in it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Literal[2] = 2
    output: str
    format: Format
    excel: bool
    columns: tuple[str, ...]
    start: int
    limit: NonNegativeInt | None
    token: str
    work: str = ""
    length: NonNegativeInt = 0
    rows: NonNegativeInt = 0
    digest: str | None = None

    def resumed(self, text: str) -> Self:
        """Return the state in a checkpoint's text. Raise `ResumeError` unless it belongs to the same export as this."""
        try:
            read = self.model_validate_json(text)
        except ValidationError:
            raise ResumeError(Message("resume.no-checkpoint")) from None
        for name in ("output", "format", "excel", "columns", "start", "limit"):
            found, wanted = getattr(read, name), getattr(self, name)
            if name == "start" and (found < 0) != (wanted < 0):
                raise ResumeError(Message("resume.with-scan" if found < 0 else "resume.without-scan"))
            if found != wanted:
                raise ResumeError(
                    Message(
                        "resume.another-export",
                        name=Message(f"export.{name}"),
                        found=_param(found),
                        wanted=_param(wanted),
                    )
                )
        return read


def _param(value: object) -> Param:
    return value if isinstance(value, tuple) else str(value)
