"""The body of a request that may be larger than others, taken in whole and measured as it comes."""

from __future__ import annotations

from starlette.requests import Request


async def whole_body(request: Request, *, most_bytes: int, too_large: Exception) -> bytes:
    """Take in the bytes of a request. Raises ``too_large`` at the byte too many, whatever the headers have said."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most_bytes:
            raise too_large
    return bytes(content)
