"""The URLs of a server and of a proxy, checked."""

from __future__ import annotations

import re
import warnings
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Final

import httpx

from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import Message

_HOST: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_LONGEST_HOST: Final = 254


def check_url(url: str) -> str:
    """Return the URL of a server without a slash at its end. Raises `ParameterError`."""
    try:
        parsed = httpx.URL(url)
        valid = parsed.scheme in {"http", "https"} and _has_host(parsed)
    except (httpx.InvalidURL, TypeError, ValueError):
        parsed, valid = httpx.URL(), False
    if not valid or not isinstance(url, str) or " " in url or parsed.query or parsed.fragment or parsed.userinfo:
        raise ParameterError("url", Message("parameter.url"))
    return str(parsed).rstrip("/")


def warn_if_not_encrypted(url: str) -> None:
    """Warn about plain HTTP, unless it stays on this machine."""
    parsed = httpx.URL(url)
    loopback = parsed.host == "localhost" or (_is_ip(parsed.host) and ip_address(parsed.host).is_loopback)
    if parsed.scheme == "http" and not loopback:
        message = "the connection is not encrypted: others on the network can read and change what is sent"
        warnings.warn(message, stacklevel=3)


def check_proxy(proxy: str | httpx.URL | httpx.Proxy | None) -> httpx.Proxy | None:
    """Return the proxy. Raises `ParameterError`, which does not show its password."""
    if proxy is None:
        return None
    if not isinstance(proxy, str | httpx.URL | httpx.Proxy):
        raise ParameterError("proxy", Message("parameter.no-proxy", given=type(proxy).__name__))
    rule = Message("parameter.proxy-url")
    try:
        checked = proxy if isinstance(proxy, httpx.Proxy) else httpx.Proxy(proxy)
        _ = checked.raw_auth  # raises for a name or password that cannot be encoded
        valid = _has_host(checked.url)
    except (httpx.InvalidURL, AttributeError, TypeError, ValueError):
        raise ParameterError("proxy", rule) from None
    if not valid:
        raise ParameterError("proxy", rule)
    if checked.ssl_context is not None and checked.url.scheme != "https":
        raise ParameterError("proxy", Message("parameter.proxy-ssl"))
    if checked.url.scheme.startswith("socks5") and find_spec("socksio") is None:
        raise ParameterError("proxy", Message("parameter.socks", scheme=checked.url.scheme))
    return checked


def _has_host(url: httpx.URL) -> bool:
    """Return whether a URL has a valid host and port. Raises `ValueError` for a host that IDNA refuses."""
    host = url.raw_host.decode("ascii")
    if not _is_ip(host):
        for label in host.split("."):
            _ = httpx.URL(f"https://{label}").host  # raises for a label that cannot be decoded
        if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
            return False
    return url.port is None or 0 < url.port < 2**16


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
