"""``deltasib-query console``."""

from __future__ import annotations

import os
import secrets
import webbrowser
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from typing import Annotated

import typer

from deltasib_query import AsyncClient, TransportError
from deltasib_query.cli.console import print_line
from deltasib_query.cli.language import language, wrong
from deltasib_query.cli.sandbox import print_account
from deltasib_query.cli.server import ServerOptions
from deltasib_query.cli.signals import interrupts_wait, wait_for_interrupt
from deltasib_query.messages.message import Message


def console_command(
    live: Annotated[bool, typer.Option("--live", help="use a server instead of a sandbox")] = False,
    users: Annotated[int, typer.Option(min=1, max=1_000_000, help="customers of the sandbox")] = 5000,
    port: Annotated[int, typer.Option(min=0, max=65535, help="of the page; 0 takes a free one")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="only print the address of the page")] = False,
    *,
    server: ServerOptions,
) -> None:
    """Open a page on which filters are written with help, and their rows are shown.

    The page is for the browser of this machine. It shows the rows of a sandbox or, with --live, of a server. The
    password stays in this process.
    """
    from deltasib_query.cli.page.app import console_app
    from deltasib_query.sandbox.network.http_server import LOOPBACK, listen, serve
    from deltasib_query.sandbox.server import Sandbox

    client: Future[AsyncClient] = Future()
    source: Mapping[str, object] = {"users": users}
    if live:
        client.set_result(server.client(AsyncClient))
        settings = server.settings()
        source = {"url": settings["url"], "username": settings["username"]}
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(listen(LOOPBACK, port))
        except TransportError:
            raise wrong("command.port", port=port) from None
        port, token = listener.getsockname()[1], secrets.token_urlsafe(32)
        # It ends with the process, in the middle of a response too: nobody waits for a server that does not answer.
        serve(console_app(client, source, token=token, port=port), listener, None)
        stack.enter_context(suppress(KeyboardInterrupt))  # the usual end, from here on
        address = f"http://{LOOPBACK}:{port}/#token={token}&language={language()}"
        print_line(Message("command.page", address=address))
        if not no_open:
            _open(address)
        if not live:
            sandbox = stack.enter_context(Sandbox(users=users))
            client.set_result(AsyncClient(sandbox.url, username=sandbox.username, password=sandbox.password))
            print_account(sandbox)
        with interrupts_wait():
            wait_for_interrupt()


def _open(address: str) -> None:
    """Open the browser: that of the variable BROWSER, or one that does not take over the terminal, if there is one."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        if "BROWSER" in os.environ or type(browser) is not webbrowser.GenericBrowser:
            browser.open(address)
