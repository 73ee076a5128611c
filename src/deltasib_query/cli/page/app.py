"""The application: the files of the page, and the requests that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import date
from importlib.resources import files
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from deltasib_query import AsyncClient, Policy, explain
from deltasib_query.cli.page.failures import failure
from deltasib_query.cli.page.guard import Guard
from deltasib_query.cli.page.lists import OFFERS, ListRequest, described
from deltasib_query.cli.page.programs import command_line, python_program
from deltasib_query.cli.page.rows import RowsRequest, lines
from deltasib_query.cli.page.words import page_words
from deltasib_query.errors import DeltasibQueryError
from deltasib_query.integrations.web import assist
from deltasib_query.messages.message import LANGUAGES

T = TypeVar("T", bound=ListRequest)

_FILES: Final = {
    "/": ("deltasib_query.cli.page", "console.html", "text/html"),
    "/console.css": ("deltasib_query.cli.page", "console.css", "text/css"),
    "/console.js": ("deltasib_query.cli.page", "console.js", "text/javascript"),
    "/deltasib-filter.js": ("deltasib_query.integrations.web", "deltasib-filter.js", "text/javascript"),
}
_MAX_BODY: Final = 256 * 1024
"""Bytes: more than the longest filter and the longest token."""


def console_app(client: Future[AsyncClient], source: Mapping[str, object], *, token: str, port: int) -> ASGIApp:
    """Return the application.

    client: asks the server. It may come later than the page.
    source: what the page says of the server.
    token, port: of the address that is opened, see `Guard`.
    """

    async def start(_request: Request) -> Response:
        return JSONResponse(
            {
                "source": source,
                "languages": {
                    language: {
                        "words": page_words(language),
                        "lists": [described(offer, language) for offer in OFFERS.values()],
                    }
                    for language in LANGUAGES
                },
            }
        )

    async def rows(request: Request) -> Response:
        return StreamingResponse(lines(await _read(request, RowsRequest), client), media_type="application/x-ndjson")

    async def programs(request: Request) -> Response:
        search = await _read(request, ListRequest)
        filter = search.condition
        return JSONResponse(
            {
                "filter": "" if filter is None else str(filter),
                "pictures": {}
                if filter is None
                else {each: explain(filter, language=each).to_svg() for each in LANGUAGES},
                "python": python_program(search),
                "command": command_line(search),
            }
        )

    routes = [Route(path, _file(*file)) for path, file in _FILES.items()]
    for path, answer in (("/start", start), ("/rows", rows), ("/programs", programs)):
        routes.append(Route(path, answer, methods=["POST"]))
    helpers = Mount("/assist/{list}", assist(_policy_of, today=date.today))
    app = Starlette(routes=[*routes, helpers], exception_handlers={DeltasibQueryError: _refused})
    return Guard(app, token=token, port=port, public=_FILES)


def _file(package: str, name: str, media_type: str) -> Any:
    content = files(package).joinpath("static", name).read_bytes()

    async def respond(_request: Request) -> Response:
        return Response(content, media_type=media_type)

    return respond


async def _read(request: Request, model: type[T]) -> T:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_BODY:
            raise HTTPException(413)
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
    return Policy(offer.record, scope="all rows", allow_leading_wildcard=True)
