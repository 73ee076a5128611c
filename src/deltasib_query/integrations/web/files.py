"""The files of the built editor: `deltasib-filter.js`, and the licences of what it contains."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER: Final = Path(__file__).parent / "static"
"""Where the files are. `make web` builds them of the sources in the folder `web` of the repository."""
_FILES: Final = StaticFiles(directory=FOLDER)


async def editor_file(request: Request) -> Response:
    """Return the file that the path names; 404 for any other. A browser keeps it, and asks whether it has changed."""
    response = await _FILES.get_response(request.path_params["name"], request.scope)
    response.headers.update({"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
    return response
