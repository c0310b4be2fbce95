"""The web application: its middlewares in their order, its routes, its static files."""

import logging
from pathlib import Path
from urllib.parse import quote

from aiohttp import web as aio
from aiohttp.typedefs import Handler, Middleware

from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.store.database import DatabaseUnavailable
from web.auth import AUTH, Auth
from web.context import SERVICE, Service
from web.i18n import Languages, translator_for
from web.problems import problems
from web.rendering import LANGUAGES, error_page, sentence
from web.routes import BIG_FILES, add_routes
from web.security import add_headers, refuse_cross_site

log = logging.getLogger(__name__)

STATIC = Path(__file__).with_name("static")
BODY_BYTES = 1024 * 1024
"""The largest form: an agenda of 1,000 items of 500 characters, and some."""


def make_site(service: Service, auth: Auth, languages: Languages) -> aio.Application:
    """The application. Middlewares from the outside in: language, problems of the API, pages for errors, cross-site."""
    guards: list[Middleware] = [languages.middleware, problems, error_pages]
    guards += [refuse_cross_site(service.public_url), readable_forms]
    app = aio.Application(middlewares=guards, client_max_size=BODY_BYTES)
    app[SERVICE], app[AUTH], app[LANGUAGES] = service, auth, languages
    app.on_response_prepare.append(add_headers)
    add_routes(app)
    app.router.add_static("/static", STATIC)
    return app


@aio.middleware
async def error_pages(request: aio.Request, handler: Handler) -> aio.StreamResponse:
    """What a handler raises, as a page. The API says it its own way."""
    if request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except (Unknown, Refused, Conflict, Invalid, DatabaseUnavailable) as error:
        return await error_page(request, *_explained(request, error))
    except aio.HTTPException as error:
        if error.status < 400:
            raise
        return await _http_page(request, error)
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return await error_page(request, 500)


@aio.middleware
async def readable_forms(request: aio.Request, handler: Handler) -> aio.StreamResponse:
    """A form is read here, once for every handler; 400 for what none can be made of (bytes that are no text).

    Those with a big file read it themselves, up to a limit of their own."""
    own_limit = request.match_info.handler in BIG_FILES
    if request.method == "POST" and not request.path.startswith("/api/") and not own_limit:
        try:
            await request.post()
        except (ValueError, LookupError) as error:  # of the decoder: not UTF-8, no such character set, no boundary
            raise aio.HTTPBadRequest(text="This form cannot be read.\n") from error
    return await handler(request)


def _explained(request: aio.Request, error: Exception) -> tuple[int, str]:
    gettext = translator_for(request).gettext
    match error:
        case Unknown():
            return 404, ""
        case DatabaseUnavailable():
            return 503, sentence(gettext, "database_unavailable", {})
        case Refused():
            return 409, sentence(gettext, error.code, error.values)
        case _:
            return 409, ""


async def _http_page(request: aio.Request, error: aio.HTTPException) -> aio.StreamResponse:
    """Strangers who ask for a page of the staff are shown the way in."""
    if error.status == 401 and request.method == "GET":
        return aio.Response(status=303, headers={"Location": f"/sign-in?next={quote(request.path)}"})
    page = await error_page(request, error.status)
    page.headers.update({name: value for name, value in error.headers.items() if name in ("WWW-Authenticate", "Allow")})
    return page
