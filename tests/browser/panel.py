"""A panel with the element in it, served on the loopback interface with the strictest headers that a panel can send."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from deltasib_query import Policy, Service, User, UserServiceBase, Wanted
from deltasib_query.integrations.web import assist

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
}
TODAY = date(2026, 11, 26)
NAMES = ["Mohammad", "Mohsen", "Mona"]

POLICIES: Mapping[str, Policy[Any]] = {
    "users": Policy(User, scope="all rows", allow_leading_wildcard=True),
    "few": Policy(User, scope=User.User_Id < 200, fields=[User.Username]),
    "services": Policy(Service, scope="all rows"),
    "bases": Policy(UserServiceBase, scope="all rows"),
}
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, Vazirmatn, Tahoma, sans-serif; }
body { margin: 0; padding: 24px 16px; background: light-dark(#f4f6f9, #12151a); color: light-dark(#1b2330, #e7eaf0); }
main { max-width: 46rem; min-height: 26rem; margin: auto; padding: 20px; border-radius: 14px; }
main { background: light-dark(#fff, #171b22); }
h1 { font-size: 1.2rem; margin: 0 0 16px; }
"""


@dataclass
class Panel:
    """Pages by their names, which tests write, and the address where they are served."""

    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    def put(self, body: str, *, language: str = "en", direction: str = "") -> str:
        """Serve a page; return its address."""
        direction = direction or ("rtl" if language == "fa" else "ltr")
        name = f"page{len(self.pages)}"
        self.pages[name] = (
            f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>Panel</title>'
            '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">'
            '<script type="module" src="/users/static/deltasib-filter.js"></script></head>'
            f"<body><main>{body}</main></body></html>"
        )
        return f"{self.address}/pages/{name}"


def _values(_policy: object, wanted: Wanted) -> list[str]:
    return [name for name in NAMES if name.lower().startswith(wanted.typed.lower())] if len(wanted.typed) > 1 else []


def _application(panel: Panel) -> Starlette:
    async def page(request: Request) -> Response:
        return HTMLResponse(panel.pages[request.path_params["name"]], headers=HEADERS)

    async def style(_request: Request) -> Response:
        return PlainTextResponse(STYLE, media_type="text/css")

    async def submitted(request: Request) -> Response:
        return HTMLResponse(f"<title>{len(request.url.query)}</title>", headers=HEADERS)

    async def nothing(_request: Request) -> Response:
        return Response(status_code=204)

    def mounted(policy: Policy[Any]) -> Starlette:
        return assist(lambda _request: policy, values=_values, today=lambda: TODAY)

    return Starlette(
        routes=[
            Route("/pages/{name}", page),
            Route("/style.css", style),
            Route("/submitted", submitted),
            Route("/favicon.ico", nothing),
            *(Mount(f"/{name}", mounted(policy)) for name, policy in POLICIES.items()),
        ]
    )


@contextmanager
def serving() -> Iterator[Panel]:
    """Serve the panel in a thread."""
    panel = Panel()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        panel.address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(_application(panel), log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield panel
        finally:
            server.should_exit = True
            thread.join(10)
