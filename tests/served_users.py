"""A list of users that is served without a server."""

from __future__ import annotations

from typing import Any

import httpx

from deltasib_query import Client, Listing, User


def users(rows: int, *, end: int | None = None, page_size: int, **options: Any) -> Listing[User]:
    """Return the list of users 1, 2, …; a request for rows from `end` on gets no response."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"token": "t", "SessionTimeout": 600})
        given = request.url.params
        start, count = int(given["LimitFrom"]), int(given["LimitCount"])
        if end is not None and start >= end:
            raise httpx.ConnectError("no response")
        page = [
            {"User_Id": key, "Username": f"user{key}", "Name": "x" * key}
            for key in range(start + 1, min(start + count, rows) + 1)
        ]
        fields = given["Field"].split(",")
        return httpx.Response(200, json=[{name: row[name] for name in fields} for row in page])

    client = Client(
        "http://127.0.0.1", username="reseller", password="x", retries=0, transport=httpx.MockTransport(answer)
    )
    return client.user.list(page_size=page_size, **options)
