"""The documented responses, written as a server with a certain profile writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from deltasib_query.sandbox.errors import RequestError
from deltasib_query.service.actions import Action
from deltasib_query.service.profile import ServerProfile

_PREAMBLE: Final = "<br />\n<b>Notice</b>:  Undefined index: Filter in <b>/api/index.php</b> on line <b>7</b><br />\n"
_NO_ROWS: Final[Mapping[str | None, object]] = {"null": None, "object": {}}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes responses as the profile says."""

    profile: ServerProfile

    def json(self, data: object, status: int = 200) -> Response:
        """Return a response of JSON. In a charset that is stated, the header declares another one."""
        preamble = _PREAMBLE if self.profile.skip_preamble else ""
        charset = self.profile.charset or "utf-8"
        text = preamble + json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        declared = "; charset=iso-8859-1" if self.profile.charset else ""
        body = text.encode(charset, "backslashreplace")
        return Response(body, status, headers={"Content-Type": f"application/json{declared}"})

    def error(self, error: RequestError) -> Response:
        """Return the documented response to an error."""
        status = (self.profile.error_statuses or {}).get(error.code, error.status)
        return self.json({"ErrorCode": error.code, "ErrorDesc": error.description}, status)

    def rows(self, action: Action, data: Any) -> Any:
        """Return the data of an action, its rows in the shape that the profile has."""
        if action.record is None:
            return data
        case = self.profile.key_case
        if case == "lower" or (case == "mixed" and action.object != "service"):
            data = [{name.lower(): value for name, value in row.items()} for row in data]
        if not data:
            return _NO_ROWS.get(self.profile.no_rows, data)
        return data[0] if self.profile.one_row == "object" and len(data) == 1 else data

    def too_long(self, url: str) -> Response | None:
        """Return the response of a web server to a URL that is too long; None for any other."""
        most = self.profile.max_url_bytes
        return None if most is None or len(url) <= most else HTMLResponse("<h1>414 URI Too Long</h1>", 414)
