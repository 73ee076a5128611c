"""How a server's certificate is verified: the argument `verify`, and the environment."""

from __future__ import annotations

import os
import ssl
import warnings
from pathlib import Path

import httpx

from deltasib_query.errors import ParameterError
from deltasib_query.messages.message import Message


def ssl_context(verify: bool | str | Path | ssl.SSLContext) -> ssl.SSLContext:
    """Return the context that verifies certificates, and warn if nothing is verified.

    Raises `ParameterError`, which names the argument or the environment variable that is wrong.
    """
    if isinstance(verify, ssl.SSLContext):
        return verify
    if verify is False:
        message = "the server's certificate is not verified: others on the network can read and change what is sent"
        warnings.warn(message, stacklevel=3)
        return httpx.create_ssl_context(verify=False)
    if verify is True:
        return _context_of_environment()
    if not isinstance(verify, str | Path) or not str(verify):
        raise ParameterError("verify", Message("parameter.verify"))
    context = _context("verify", verify)
    # The caller trusts what is in the file: an authority, or the server's own certificate, whoever has signed it. By
    # default Python 3.13 refuses the simple self-signed certificates of old panels.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _context_of_environment() -> ssl.SSLContext:
    """Return what httpx uses: the file or the folders that the environment names, or else certifi's authorities."""
    if file := os.environ.get("SSL_CERT_FILE"):
        return _context("SSL_CERT_FILE", file)
    folders = os.environ.get("SSL_CERT_DIR")
    if folders and not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
        raise ParameterError("SSL_CERT_DIR", Message("parameter.no-folder", path=folders))
    return _context("verify", None)


def _context(parameter: str, file: str | Path | None) -> ssl.SSLContext:
    """Return a context that trusts a file.

    Raises `ParameterError`, which names the file's parameter or ``SSLKEYLOGFILE``: ssl opens that one too.
    """
    try:
        context = httpx.create_ssl_context() if file is None else ssl.create_default_context(cafile=file)
    except (OSError, ValueError) as error:  # ssl's own errors are OSErrors too
        reason: str | Message = getattr(error, "strerror", None) or str(error)
    else:
        if file is None or context.cert_store_stats()["x509"]:
            return context
        reason = Message("parameter.none-in-it")
    if file is not None and not _has_certificates(file):
        raise ParameterError(parameter, Message("parameter.no-certificates", path=str(file), reason=reason))
    keys = os.environ.get("SSLKEYLOGFILE", "")
    raise ParameterError("SSLKEYLOGFILE", Message("parameter.unwritable", path=keys, reason=reason))


def _has_certificates(file: str | Path) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=file)
    except (OSError, ValueError):
        return False
    return context.cert_store_stats()["x509"] > 0
