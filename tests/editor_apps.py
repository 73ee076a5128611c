"""The API for editors in both frameworks, made from the same arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI, Request
from starlette.applications import Starlette
from starlette.routing import Mount

from deltasib_query import Policy
from deltasib_query.integrations import fastapi, web


def starlette_app(policy_of: Callable[[Any], Any], **options: Any) -> Starlette:
    return Starlette(routes=[Mount("/assist", web.assist(policy_of, **options))])


def fastapi_app(policy_of: Callable[[Any], Any], **options: Any) -> Starlette:
    async def dependency(request: Request) -> Any:
        found = policy_of(request)
        return await found if hasattr(found, "__await__") else found

    app = FastAPI()
    app.include_router(fastapi.assist(Depends(dependency), **options), prefix="/assist")
    return app


APPS = {"starlette": starlette_app, "fastapi": fastapi_app}


def app_of(policy: Policy[Any], framework: str = "starlette", **options: Any) -> Starlette:
    """Return an application that has one policy for everybody."""

    async def policy_of(_request: object) -> Policy[Any]:
        return policy

    return APPS[framework](policy_of, **options)
