"""The body of a response: decompressed piece by piece, and never larger in memory than it may be."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Final

import httpx

from deltasib_query.client.wire.responses import Response, read_retry_after, shown_beginning, unexpected
from deltasib_query.display import printable
from deltasib_query.errors import UnexpectedResponseError
from deltasib_query.messages.message import Message
from deltasib_query.service.actions import Action

ACCEPT_ENCODING: Final = "gzip, deflate"
"""Whatever else httpx could decompress."""
_ANY_HEADER: Final = 32 + zlib.MAX_WBITS
"""zlib expects a header of gzip or of zlib; the latter is the documented `deflate`."""
_NO_HEADER: Final = -zlib.MAX_WBITS
"""zlib expects no header: some servers send that as `deflate`."""
_SHOWN: Final = 80
"""Characters of a header in a message."""


class Body:
    """Collects the bytes of a response, up to `max_size`, which limits their decompressed size.

    One content coding is decompressed at most. Raises `UnexpectedResponseError` for more or another.

    is_decoded: httpx has read and decompressed the response already, because a hook asked for it or the transport
        had the whole response.
    """

    def __init__(self, action: Action, response: httpx.Response, max_size: int) -> None:
        self._action, self._response, self._max_size = action, response, max_size
        self._content = bytearray()
        self._retry_after = read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        declared = response.headers.get("Content-Encoding", "").lower().replace(" ", "").split(",")
        codings = [coding for coding in declared if coding not in {"", "identity"}]
        if len(codings) > 1 or not {"gzip", "x-gzip", "deflate"}.issuperset(codings):
            raise self._unexpected(Message("response.coding", codings=printable(", ".join(codings)[:_SHOWN])))
        self.is_decoded = response.is_stream_consumed
        self._coding = "" if self.is_decoded or not codings else codings[0]
        self._decompressor: zlib._Decompress | None = None

    def add(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises `UnexpectedResponseError` if that is too large, `httpx.DecodingError` if it cannot be decompressed.
        """
        room = self._max_size - len(self._content)
        self._content += self._decompress(piece, room + 1) if self._coding else piece
        if len(self._content) > self._max_size:
            beginning = shown_beginning(self._action, self._content)
            raise self._unexpected(Message("response.size", most=self._max_size, beginning=beginning))

    def response(self) -> Response:
        """Return the whole response. Raises `httpx.DecodingError` if its compressed data is cut off."""
        if self._decompressor is not None and not self._decompressor.eof:
            raise httpx.DecodingError("the compressed data is cut off")
        response = self._response
        return Response(response.status_code, bytes(self._content), self._retry_after, response.charset_encoding)

    def _decompress(self, piece: bytes, max_size: int) -> bytes:
        if self._decompressor is None:
            # The first byte of a gzip or zlib header never begins a raw deflate block.
            has_header = piece[0] & 0x0F in {0x08, 0x0F}
            window = _ANY_HEADER if has_header or self._coding != "deflate" else _NO_HEADER
            self._decompressor = zlib.decompressobj(window)
        try:
            content = self._decompressor.decompress(piece, max_size)
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from None
        if self._decompressor.unused_data:
            raise httpx.DecodingError("there is more behind the end of the compressed data")
        return content

    def _unexpected(self, message: Message) -> UnexpectedResponseError:
        return unexpected(self._action, self._response.status_code, message, retry_after=self._retry_after)
