"""The arguments that say how a server is reached: each is checked, and named where it is wrong."""

from __future__ import annotations

import os
import re
import ssl
import warnings
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import httpx

from deltasib_query.errors import ParameterError, shown

LONGEST_TIMEOUT: Final = 1_000_000.0
"""Seconds; sockets cannot wait for more than about twice as long."""

_NAME: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_LONGEST_NAME: Final = 254
_ON_THE_WAY: Final = "anybody on the way can read and change what is sent"


def base_url(url: str) -> str:
    """Return the address without a slash at its end. Raises `ParameterError` for what is not one."""
    try:
        parsed = httpx.URL(url)
        ours = parsed.scheme in {"http", "https"} and _has_host(parsed)
    except (httpx.InvalidURL, TypeError, ValueError):
        parsed, ours = httpx.URL(), False
    if not ours or not isinstance(url, str) or " " in url or parsed.query or parsed.fragment or parsed.userinfo:
        raise ParameterError("url", "scheme, host and port are needed, as in https://isp.example:1043")
    return str(parsed).rstrip("/")


def warn_of_plain_text(url: str) -> None:
    """Warn where what is sent is not encrypted, unless it is sent to this machine."""
    parsed = httpx.URL(url)
    loopback = parsed.host == "localhost" or (_is_ip(parsed.host) and ip_address(parsed.host).is_loopback)
    if parsed.scheme == "http" and not loopback:
        warnings.warn(f"the connection is not encrypted: {_ON_THE_WAY}", stacklevel=3)


def _has_host(url: httpx.URL) -> bool:
    """Whether a URL has a host that can be looked up, and a port. Raises `ValueError` for one that IDNA refuses."""
    host = url.raw_host.decode("ascii")
    if not _is_ip(host):
        for label in host.split("."):
            _ = httpx.URL(f"https://{label}").host  # is decoded, where it can be
        if len(host) > _LONGEST_NAME or not _NAME.fullmatch(host):
            return False
    return url.port is None or 0 < url.port < 2**16


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def check_timeout(timeout: float | httpx.Timeout | None) -> httpx.Timeout:
    """Return the time-outs of the steps of a request. Raises `ParameterError`."""
    steps = timeout.as_dict() if isinstance(timeout, httpx.Timeout) else {"all": timeout}
    for seconds in steps.values():
        if seconds is not None:
            check_number("timeout", seconds, 0.0, LONGEST_TIMEOUT, "seconds, or an httpx.Timeout of such,")
    return httpx.Timeout(timeout)


def check_number(parameter: str, value: object, above: float, most: float, unit: str) -> None:
    """Raise `ParameterError` for what is not a number above the one and up to the other."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not above < value <= most:
        raise ParameterError(parameter, f"{unit} above {above:g} and up to {most:,.0f} are needed, not {shown(value)}")


def check_limits(limits: httpx.Limits) -> None:
    """Raise `ParameterError` for what is no `httpx.Limits`, or one under which no request could be sent."""
    if not isinstance(limits, httpx.Limits):
        raise ParameterError("limits", f"an httpx.Limits is needed, not {shown(limits)}")
    for name, least in (("max_connections", 1), ("max_keepalive_connections", 0)):
        count = getattr(limits, name)
        if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < least):
            raise ParameterError("limits", f"{name} has to be None or at least {least}, not {shown(count)}")
    expiry = limits.keepalive_expiry
    if expiry is not None and (not isinstance(expiry, int | float) or isinstance(expiry, bool) or not expiry >= 0):
        raise ParameterError("limits", f"keepalive_expiry has to be None or seconds from 0, not {shown(expiry)}")


def check_proxy(proxy: str | httpx.URL | httpx.Proxy | None) -> httpx.Proxy | None:
    """Return the proxy. Raises `ParameterError`, which does not show its password."""
    if proxy is None:
        return None
    if not isinstance(proxy, str | httpx.URL | httpx.Proxy):
        raise ParameterError("proxy", f"a URL or an httpx.Proxy is needed, not {type(proxy).__name__}")
    rule = "scheme (http, https, socks5 or socks5h), host and port are needed, as in http://proxy.example:3128"
    try:
        taken = proxy if isinstance(proxy, httpx.Proxy) else httpx.Proxy(proxy)
        _ = taken.raw_auth  # is encoded, where it can be
        ours = _has_host(taken.url)
    except (httpx.InvalidURL, AttributeError, TypeError, ValueError):
        raise ParameterError("proxy", rule) from None
    if not ours:
        raise ParameterError("proxy", rule)
    if taken.ssl_context is not None and taken.url.scheme != "https":
        raise ParameterError("proxy", "an ssl_context is for a proxy that is reached by https")
    if taken.url.scheme.startswith("socks5") and find_spec("socksio") is None:
        raise ParameterError("proxy", f"{taken.url.scheme} needs socksio: pip install 'httpx[socks]'")
    return taken


def verification(verify: bool | str | Path | ssl.SSLContext) -> ssl.SSLContext:
    """Return the context that verifies certificates. Warns where nothing is verified.

    Raises `ParameterError`, which names the argument or the environment variable that is wrong.
    """
    if isinstance(verify, ssl.SSLContext):
        return verify
    if verify is False:
        warnings.warn(f"the server's certificate is not verified: {_ON_THE_WAY}", stacklevel=3)
        return httpx.create_ssl_context(verify=False)
    if verify is True:
        return _context_of_environment()
    if not isinstance(verify, str | Path) or not str(verify):
        raise ParameterError("verify", "True, False, a file of certificates or an SSLContext is needed")
    context = _context("verify", verify)
    # The file is what the caller trusts: an authority, or the server's own certificate whoever has signed it. Python
    # 3.13 would refuse the simple self-signed certificates of old panels.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _context_of_environment() -> ssl.SSLContext:
    """As httpx: the file or the folders that the environment names, or certifi's authorities."""
    if file := os.environ.get("SSL_CERT_FILE"):
        return _context("SSL_CERT_FILE", file)
    folders = os.environ.get("SSL_CERT_DIR")
    if folders and not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
        raise ParameterError("SSL_CERT_DIR", f"{folders} is no folder")
    return _context("verify", None)


def _context(parameter: str, file: str | Path | None) -> ssl.SSLContext:
    """Return a context that trusts a file. Raises `ParameterError` where it, or the file of keys, is to blame."""
    try:
        context = httpx.create_ssl_context() if file is None else ssl.create_default_context(cafile=file)
    except (OSError, ValueError) as error:  # ssl's own errors are OSErrors too
        reason = getattr(error, "strerror", None) or str(error)
    else:
        if file is None or context.cert_store_stats()["x509"]:
            return context
        reason = "it has none"
    if file is not None and not _has_certificates(file):
        raise ParameterError(parameter, f"{file} is no file of certificates ({reason})")
    raise ParameterError("SSLKEYLOGFILE", f"{os.environ.get('SSLKEYLOGFILE')} cannot be written ({reason})")


def _has_certificates(file: str | Path) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=file)
    except (OSError, ValueError):
        return False
    return context.cert_store_stats()["x509"] > 0
