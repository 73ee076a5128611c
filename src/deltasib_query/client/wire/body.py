"""The bytes of an answer: unpacked as they come, and counted, so that none takes more memory than it may."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Final

import httpx

from deltasib_query.client.wire import responses
from deltasib_query.client.wire.responses import Reply
from deltasib_query.service.actions import Action

ACCEPTED: Final = "gzip, deflate"
"""The value of Accept-Encoding, whatever else httpx could unpack."""
_ANY_HEADER: Final = 32 + zlib.MAX_WBITS
"""zlib's: a header of gzip, or of zlib, which is the documented `deflate`."""
_NO_HEADER: Final = -zlib.MAX_WBITS
"""zlib's: what some servers take for `deflate`."""


class Body:
    """Collects the bytes of an answer up to a limit, which counts what they unpack to.

    At most one content coding is unpacked. Raises `UnexpectedResponseError` for any other.

    is_unpacked: httpx has read and unpacked the answer already, for a hook or from a transport that has it whole.
    """

    def __init__(self, action: Action, response: httpx.Response, largest: int) -> None:
        self._action, self._response, self._largest = action, response, largest
        self._content = bytearray()
        named = response.headers.get("Content-Encoding", "").lower().replace(" ", "").split(",")
        codings = [coding for coding in named if coding not in {"", "identity"}]
        if len(codings) > 1 or not {"gzip", "x-gzip", "deflate"}.issuperset(codings):
            what = f"the answer is packed as {', '.join(codings)}"
            message = f"{what}; gzip or deflate is read, and one of them at a time"
            raise responses.unexpected(action, response.status_code, message)
        self.is_unpacked = response.is_stream_consumed
        self._coding = "" if self.is_unpacked or not codings else codings[0]
        self._unpacker: zlib._Decompress | None = None

    def add(self, piece: bytes) -> None:
        """Take some bytes.

        Raises `UnexpectedResponseError` where there are too many, `httpx.DecodingError` where they cannot be unpacked.
        """
        room = self._largest - len(self._content)
        self._content += self._unpacked(piece, room + 1) if self._coding else piece
        if len(self._content) > self._largest:
            start = responses.shown_answer(self._action, self._content)
            message = f"the answer has more than {self._largest:,} bytes: {start}"
            raise responses.unexpected(self._action, self._response.status_code, message)

    def _unpacked(self, piece: bytes, most: int) -> bytes:
        if self._unpacker is None:
            # No header of gzip or zlib begins as a block of deflate may begin.
            has_header = piece[0] & 0x0F in {0x08, 0x0F}
            self._unpacker = zlib.decompressobj(_ANY_HEADER if has_header or self._coding != "deflate" else _NO_HEADER)
        try:
            unpacked = self._unpacker.decompress(piece, most)
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from None
        if self._unpacker.unused_data:
            raise httpx.DecodingError("something follows the end of what is packed")
        return unpacked

    def reply(self) -> Reply:
        """Return the whole answer. Raises `httpx.DecodingError` where it was cut off."""
        if self._unpacker is not None and not self._unpacker.eof:
            raise httpx.DecodingError("what is packed was cut off")
        response = self._response
        retry_after = responses.read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        return Reply(response.status_code, bytes(self._content), retry_after, response.charset_encoding)
