"""Errors as machines read them: RFC 9457 problem details, with what can be done instead."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web as aio

from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.store.database import DatabaseUnavailable
from web.i18n import N_, translator_for
from web.rendering import sentence

log = logging.getLogger(__name__)

OUR_FAULT = N_("Something went wrong on our side.")
KEPT = ("WWW-Authenticate", "Allow", "Retry-After")
"""Headers of an error that belong to its answer, whatever its shape."""
Handler = Callable[[aio.Request], Awaitable[aio.StreamResponse]]


def problem(status: int, code: str, detail: str, **more: Any) -> aio.Response:
    """A problem document. `code` is stable, `detail` is for people."""
    body = {"type": "about:blank", "title": code, "status": status, "detail": detail, **more}
    return aio.json_response(body, status=status, content_type="application/problem+json")


def mistakes_of(request: aio.Request, mistakes: Mapping[str, tuple[str, Mapping[str, object]]]) -> list[dict[str, str]]:
    """Each mistake by its field, in the reader's language."""
    gettext = translator_for(request).gettext
    return [{"field": f, "code": code, "message": sentence(gettext, code, v)} for f, (code, v) in mistakes.items()]


def conflict(request: aio.Request, error: Conflict, **now: Any) -> aio.Response:
    """Somebody else was faster. `now`: how it stands."""
    detail = sentence(translator_for(request).gettext, "conflict", {})
    return problem(409, "conflict", detail, version=error.now, **now)


def told(request: aio.Request, error: Exception) -> aio.Response:
    """The problem document of whatever went wrong; what nobody expected is logged."""
    gettext = translator_for(request).gettext
    match error:
        case Refused():
            return problem(409, error.code, sentence(gettext, error.code, error.values), can=list(error.can))
        case Invalid():
            rows = mistakes_of(request, error.mistakes)
            return problem(422, "invalid", "; ".join(f"{row['field']}: {row['message']}" for row in rows), errors=rows)
        case Conflict():
            return conflict(request, error)
        case Unknown():
            return problem(404, f"no_such_{error.what}", sentence(gettext, "unknown", {"id": error.id}))
        case DatabaseUnavailable():
            return problem(503, "database_unavailable", sentence(gettext, "database_unavailable", {}))
        case aio.HTTPException():
            answer = problem(error.status, error.reason.lower().replace(" ", "_"), error.text or error.reason)
            answer.headers.update({name: error.headers[name] for name in KEPT if name in error.headers})
            return answer
        case _:
            log.error("%s %s", request.method, request.path, exc_info=error)
            return problem(500, "internal_error", gettext(OUR_FAULT))


@aio.middleware
async def problems(request: aio.Request, handler: Handler) -> aio.StreamResponse:
    """Whatever goes wrong under /api is answered as a problem document."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except Exception as error:
        return told(request, error)
