"""What every answer carries and which requests are refused before any handler: headers, and writes from other sites."""

from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web as aio
from aiohttp.typedefs import Handler, Middleware

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def framed(sites: Collection[str]) -> str:
    """The policy of a page that may stand in a frame: of `sites`, or of any where none is named."""
    return CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites) or '*'}")


HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send "Origin: null" with a form, which the check below would refuse.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


async def add_headers(request: aio.Request, response: aio.StreamResponse) -> None:
    """For `app.on_response_prepare`: also errors and files get them. A handler may have set its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def same_origin(request: aio.Request, public_url: str) -> bool:
    """Whether the page that sent this is ours: its Origin is `public_url`'s or that of the Host it asked.

    Without an Origin it is no browser's page; such a request carries nobody's cookies unless they were put there.
    """
    origin = request.headers.get("Origin")
    return origin is None or _origin(origin) in (_origin(public_url), _origin(f"{request.scheme}://{request.host}"))


def may_connect(request: aio.Request, public_url: str, origins: Collection[str]) -> bool:
    """Whether a page may open the live channel: one of ours, or of a site that the operator named (`origins`)."""
    origin = request.headers.get("Origin")
    return same_origin(request, public_url) or (
        origin is not None and _origin(origin) in [_origin(other) for other in origins]
    )


def refuse_cross_site(public_url: str) -> Middleware:
    """The middleware that answers 403 to a write another site makes with our visitor's cookies."""

    @aio.middleware
    async def middleware(request: aio.Request, handler: Handler) -> aio.StreamResponse:
        if request.method in SAFE_METHODS or _is_program(request) or _came_from_us(request, public_url):
            return await handler(request)
        raise aio.HTTPForbidden(text="Refused: this request came from another site.\n")

    return middleware


def _is_program(request: aio.Request) -> bool:
    """A bearer token is put there on purpose, and no page of another site can: its preflight is never answered.
    Cookies that travel along do not count, see `auth.current`. Without any cookie there is nothing to abuse."""
    if request.headers.get("Authorization", "").startswith("Bearer "):
        return True
    return not any(name in request.headers for name in ("Cookie", "Origin", "Sec-Fetch-Site"))


def _came_from_us(request: aio.Request, public_url: str) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    return "Origin" in request.headers and same_origin(request, public_url)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port, with the default port filled in; `None` for what is no URL ("null")."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
