"""Another program that refuses everything and says back whatever it was told: nothing of that may be shown on."""

from aiohttp import web as aio

from tests.support.stand_in import StandIn


class Parrot(StandIn):
    """`async with Parrot() as it`: any address under `it.site`. Its refusals have the form of most networks at once."""

    def __init__(self, status: int = 401) -> None:
        self.heard: list[str] = []
        """The paths, in order."""
        self.said = ""
        """All it was told."""
        self._status = status

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_route("*", "/{path:.*}", self._repeat)

    async def _repeat(self, request: aio.Request) -> aio.Response:
        told = (await request.read()).decode("utf-8", "replace")
        echo = f"{request.headers.get('Authorization', '')} {told} {request.path_qs}"
        self.said += echo
        self.heard.append(request.path)
        words: object = echo
        if request.path.startswith("/v"):  # the Graph API's errors have parts
            words = {"message": echo, "type": "OAuthException", "code": 190, "fbtrace_id": "A"}
        said = {"error": words, "error_description": echo, "title": echo, "detail": echo}
        return aio.json_response(said, status=self._status, reason="No")
