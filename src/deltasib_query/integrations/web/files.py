"""The files of the built editor: `deltasib-filter.js`, and the licences of what it contains."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

FOLDER: Final = Path(__file__).parent / "static"
"""Where the files are. `make web` builds them of the sources in the folder `web` of the repository."""
_FILES: Final = StaticFiles(directory=FOLDER)
_HEADERS: Final = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"}


async def editor_file(request: Request) -> Response:
    """Return the file that the path names, compressed for who can read that; 404 for any other.

    A browser keeps it, and asks whether it has changed.
    """
    response = await _FILES.get_response(request.path_params["name"], request.scope)
    response.headers.update(_HEADERS)
    if isinstance(response, FileResponse) and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
        del response.headers["Content-Length"], response.headers["Accept-Ranges"]
        return Response(_compressed(response.headers["ETag"], str(response.path)), headers=response.headers)
    return response


@cache
def _compressed(_tag: str, path: str) -> bytes:
    """Return a file as it goes over the wire; another tag means that the file has changed."""
    return gzip.compress(Path(path).read_bytes())
