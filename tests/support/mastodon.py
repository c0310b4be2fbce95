"""A Mastodon server for one account: what it is asked and what it answers is held to Mastodon's own description."""

import html
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
from aiohttp import web as aio

from streamer.platforms.mastodon import counted
from tests.support.stand_in import StandIn

TOKEN = "canary-token-of-mastodon"
SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "mastodon" / "schema.json").read_text(encoding="utf-8"))
ACCOUNT = {"id": "1", "username": "council", "acct": "council", "url": "https://social.example/@council",
           "display_name": "Council"}  # fmt: skip


def valid(kind: str, value: Any) -> Any:
    """`value`, if it is what the description has under `kind`."""
    jsonschema.validate(value, {**SCHEMA, **SCHEMA[kind]})
    return value


class Mastodon(StandIn):
    """`async with Mastodon() as it`. `loses`: so many first posts are made, and the answer is an error all the same."""

    def __init__(self, *, loses: int = 0) -> None:
        self.posts: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.keys: dict[str, dict[str, Any]] = {}
        """By Idempotency-Key; a real server forgets them after an hour."""
        self._loses = loses

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_post("/api/v1/statuses", self._create)
        router.add_get("/api/v1/accounts/verify_credentials", self._account)
        router.add_get("/api/v1/accounts/{id}/statuses", self._statuses)

    def _refused(self, request: aio.Request) -> aio.Response | None:
        if request.headers.get("Authorization") == f"Bearer {TOKEN}":
            return None
        return aio.json_response(valid("error", {"error": "The access token is invalid"}), status=401)

    async def _create(self, request: aio.Request) -> aio.Response:
        if refused := self._refused(request):
            return refused
        form = valid("create", {name: str(value) for name, value in (await request.post()).items()})
        if counted(form["status"]) > 500:
            error = {"error": "Validation failed: Text character limit of 500 exceeded"}
            return aio.json_response(valid("error", error), status=422)
        key = request.headers["Idempotency-Key"]
        post = self.keys.get(key) or self._made(form)
        self.keys[key] = post
        if self._loses:
            self._loses -= 1
            return aio.Response(status=503, text="<html>try again</html>")
        return aio.json_response(post)

    def _made(self, form: dict[str, str]) -> dict[str, Any]:
        self.asked.append(form)
        id = str(len(self.asked))
        escaped = html.escape(form["status"])
        linked = re.sub(r"(https?://\S+)", r'<a href="\1" rel="nofollow">\1</a>', escaped).replace("\n", "<br />")
        post: dict[str, Any] = {
            "id": id, "uri": f"https://social.example/{id}", "url": f"https://social.example/@council/{id}",
            "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"), "account": ACCOUNT,
            "content": f"<p>{linked}</p>", "visibility": form.get("visibility", "public"),
            "language": form.get("language"), "sensitive": False, "spoiler_text": "", "media_attachments": [],
            "mentions": [], "tags": [], "emojis": [], "reblogs_count": 0, "favourites_count": 0, "replies_count": 0,
            "in_reply_to_id": None, "in_reply_to_account_id": None, "reblog": None, "poll": None, "card": None,
            "edited_at": None,
        }  # fmt: skip
        self.posts.insert(0, valid("status", post))
        return post

    async def _account(self, request: aio.Request) -> aio.Response:
        return self._refused(request) or aio.json_response(valid("account", ACCOUNT))

    async def _statuses(self, request: aio.Request) -> aio.Response:
        return self._refused(request) or aio.json_response(self.posts[: int(request.query.get("limit", 20))])
