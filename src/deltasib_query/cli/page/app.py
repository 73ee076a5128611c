"""The application: the files of the page, and the requests that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from deltasib_query import AsyncClient, Policy, explain
from deltasib_query.assist.visible import visible
from deltasib_query.cli.page.failures import failure
from deltasib_query.cli.page.guard import Guard
from deltasib_query.cli.page.lists import OFFERS, ListRequest, described
from deltasib_query.cli.page.programs import command_line, powershell_line, python_program
from deltasib_query.cli.page.rows import RowsRequest, lines
from deltasib_query.cli.page.words import page_words
from deltasib_query.errors import DeltasibQueryError
from deltasib_query.integrations.web import assist
from deltasib_query.integrations.web.files import FOLDER as EDITOR_FOLDER
from deltasib_query.integrations.web.requests import read_body
from deltasib_query.messages.message import LANGUAGES

T = TypeVar("T", bound=ListRequest)

_FOLDER: Final = Path(__file__).parent / "static"
PAGE_FILES: Final = {
    "/": _FOLDER / "console.html",
    "/console.css": _FOLDER / "console.css",
    "/console.js": _FOLDER / "console.js",
    "/deltasib-filter.js": EDITOR_FOLDER / "deltasib-filter.js",
}
"""The files by their paths, which hold nothing of anybody's."""
_MAX_BODY: Final = 256 * 1024
"""Bytes: more than the longest filter and the longest token."""


def console_app(client: Future[AsyncClient], source: Mapping[str, object], *, token: str, port: int) -> ASGIApp:
    """Return the application.

    client: asks the server. It may come later than the page.
    source: what the page says of the server.
    token, port: of the address that is opened, see `Guard`.
    """

    async def start(_request: Request) -> Response:
        languages = {
            each: {"words": page_words(each), "lists": [described(offer, each) for offer in OFFERS.values()]}
            for each in LANGUAGES
        }
        return JSONResponse({"source": source, "languages": languages})

    async def rows(request: Request) -> Response:
        return StreamingResponse(lines(await _read(request, RowsRequest), client), media_type="application/x-ndjson")

    async def programs(request: Request) -> Response:
        search = await _read(request, ListRequest)
        filter = search.condition
        found = {
            "python": python_program(search),
            "command": command_line(search),
            "powershell": powershell_line(search),
        }
        if filter is None:
            return JSONResponse(found)
        pictures = {each: explain(filter, language=each).to_svg() for each in LANGUAGES}
        return JSONResponse({**found, "filter": str(filter), "pictures": pictures})

    routes = [
        *(Route(path, _file) for path in PAGE_FILES),
        *(Route(f"/{answer.__name__}", answer, methods=["POST"]) for answer in (start, rows, programs)),
        Mount("/assist/{list}", assist(_policy_of, today=date.today)),
    ]
    app = Starlette(routes=routes, exception_handlers={DeltasibQueryError: _refused})
    return Guard(app, token=token, port=port, public=PAGE_FILES)


async def _file(request: Request) -> Response:
    return FileResponse(PAGE_FILES[request.url.path])


async def _read(request: Request, model: type[T]) -> T:
    body = await read_body(request, _MAX_BODY)
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise HTTPException(422) from None


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DeltasibQueryError)
    return JSONResponse({"error": failure(error)}, 422)


async def _policy_of(request: Request) -> Policy[Any]:
    offer = OFFERS.get(request.path_params["list"])
    if offer is None:
        raise HTTPException(404)
    return visible(offer.record)
