"""The Graph API for one Facebook page, as far as posting there goes; each rule names the page it is from.

Reference: https://developers.facebook.com/docs/pages-api/posts (what a post takes),
https://developers.facebook.com/docs/graph-api/reference/page/feed (what it answers),
https://developers.facebook.com/docs/graph-api/reference/page/published_posts (what was posted),
https://developers.facebook.com/docs/graph-api/guides/error-handling (errors).
"""

import time
from typing import Any

import jsonschema
from aiohttp import web as aio

from tests.support.stand_in import StandIn

PAGE, TOKEN = "100200300400", "EAAcanaryTokenOfFacebook"
POST = {
    "type": "object", "additionalProperties": False, "required": ["access_token"],
    "anyOf": [{"required": ["message"]}, {"required": ["link"]}],
    "properties": {
        "message": {"type": "string"}, "link": {"type": "string", "format": "uri"}, "published": {"type": "boolean"},
        "access_token": {"type": "string"},
    },
}  # fmt: skip
"""pages-api/posts: a message, a link or both."""
ERROR = {
    "type": "object", "required": ["error"], "properties": {"error": {
        "type": "object", "required": ["message", "type", "code", "fbtrace_id"], "properties": {
            "message": {"type": "string"}, "type": {"type": "string"}, "code": {"type": "integer"},
            "error_subcode": {"type": "integer"}, "fbtrace_id": {"type": "string"},
        },
    }},
}  # fmt: skip
"""error-handling: "Error responses"."""


def refusal(code: int, message: str, status: int = 400) -> aio.Response:
    """An error as the Graph API writes it."""
    said = {"error": {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "Ax"}}
    jsonschema.validate(said, ERROR)
    return aio.json_response(said, status=status)


class FacebookPage(StandIn):
    """`async with FacebookPage() as it`. `loses`: so many first posts are made, and the answer is an error all the
    same; `blind`: the token may not read."""

    def __init__(self, *, loses: int = 0, blind: bool = False) -> None:
        self.posts: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.blind, self._loses = blind, loses

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_post(f"/v26.0/{PAGE}/feed", self._post)
        router.add_get(f"/v26.0/{PAGE}/published_posts", self._published)

    async def _post(self, request: aio.Request) -> aio.Response:
        self.asked.append("post")
        said = await request.json()
        jsonschema.validate(said, POST)
        if said["access_token"] != TOKEN:  # error-handling: 190, access token has expired
            return refusal(190, f"Error validating access token {said['access_token']}", 401)
        if self.posts and self.posts[-1]["message"] == said["message"]:  # 506: twice in a row
            return refusal(506, "Duplicate status message")
        id = f"{PAGE}_{len(self.posts) + 1}"
        self.posts.append({
            "id": id, "message": said["message"], "link": said["link"], "at": time.time(),
            "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{len(self.posts) + 1}",
        })  # fmt: skip
        if self._loses:
            self._loses -= 1
            return refusal(2, "Service temporarily unavailable", 500)  # error-handling: 2, API Service
        return aio.json_response({"id": id})

    async def _published(self, request: aio.Request) -> aio.Response:
        self.asked.append("read")
        if self.blind or request.query["access_token"] != TOKEN:  # published_posts: needs pages_read_engagement
            return refusal(10, "This endpoint requires the 'pages_read_engagement' permission", 403)
        fields = {"id", *request.query["fields"].split(",")}
        since, limit = float(request.query["since"]), int(request.query["limit"])
        found = [post for post in reversed(self.posts) if post["at"] >= since][:limit]
        return aio.json_response({"data": [{key: post[key] for key in fields} for post in found]})
