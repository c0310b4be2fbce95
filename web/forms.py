"""What a citizen's form may carry: text, and not much of it."""

from collections.abc import Mapping

from aiohttp import web as aio

FORM_BYTES = 64 * 1024
"""A question of 5000 characters of four bytes each, percent-encoded, and some."""


async def form_of(request: aio.Request) -> Mapping[str, str]:
    """The form's texts, the first of each name; files count as nothing. Raises 413 above `FORM_BYTES`, 400 for what is
    no form."""
    if len(await request.read()) > FORM_BYTES:
        raise aio.HTTPRequestEntityTooLarge(FORM_BYTES, request.content_length or FORM_BYTES)
    try:
        posted = await request.post()
    except ValueError as error:
        raise aio.HTTPBadRequest(text="This is not a form.\n") from error
    texts: dict[str, str] = {}
    for name, value in posted.items():
        if isinstance(value, str):
            texts.setdefault(name, value.encode("utf-8", "ignore").decode())
    return texts
