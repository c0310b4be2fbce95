"""Getting a consent without a browser on this machine (OAuth 2.0 for native apps, RFC 8252, with PKCE, RFC 7636).

The address that Google sends the browser back to belongs to this machine; where the browser runs on another one it
cannot be opened, but it holds all that is needed: it is pasted back. The device flow (RFC 8628) needs no address, but
Google gives it no scope with which captions can be sent.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp

from streamer.platforms.youtube.endpoints import Endpoints
from streamer.platforms.youtube.errors import ConsentEnded, Refused, Unreachable

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
"""Covers everything Tribune calls, captions included."""
DEVICE_SCOPE = "https://www.googleapis.com/auth/youtube"
"""The most that the device flow may ask for: no captions."""
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TIMEOUT = aiohttp.ClientTimeout(total=20)


class ConsentRefused(Exception):
    """No consent. `code`: denied, state_wrong, not_an_address, wrong_client, expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ClientId:
    """The commune's own Google Cloud client of the type "Desktop app" (or "TVs" for the device flow)."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Question:
    """One request for consent, before it is answered. `verifier` and `state` are random, 43 letters or more."""

    client: ClientId
    redirect: str
    verifier: str = field(repr=False)
    state: str

    def url(self, endpoints: Endpoints) -> str:
        """The page on which somebody says yes."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": self.client.id, "redirect_uri": self.redirect, "response_type": "code", "scope": SCOPE,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "code_challenge_method": "S256",
            "state": self.state, "access_type": "offline", "prompt": "consent",
        }  # fmt: skip
        return f"{endpoints.consent}?{urlencode(asked)}"

    def code_in(self, address: str) -> str:
        """The code in the address that the browser was sent to. Raises ConsentRefused."""
        values = {name: found[0] for name, found in parse_qs(urlsplit(address.strip()).query).items()}
        if "state" not in values:
            raise ConsentRefused("not_an_address")
        if values["state"] != self.state:
            raise ConsentRefused("state_wrong")
        if "code" not in values:
            raise ConsentRefused("denied")
        return values["code"]


async def exchanged(at: Endpoints, question: Question, code: str) -> dict[str, Any]:
    """The tokens for a code. Raises what `_asked` does."""
    return await _asked(at.token, {
        "grant_type": "authorization_code", "code": code, "code_verifier": question.verifier,
        "redirect_uri": question.redirect, "client_id": question.client.id, "client_secret": question.client.secret,
    })  # fmt: skip


async def refreshed(at: Endpoints, client: ClientId, refresh_token: str) -> dict[str, Any]:
    """A new access token. Raises ConsentEnded, and what `_asked` does."""
    return await _asked(at.token, {
        "grant_type": "refresh_token", "refresh_token": refresh_token,
        "client_id": client.id, "client_secret": client.secret,
    })  # fmt: skip


async def device_code(at: Endpoints, client: ClientId) -> dict[str, Any]:
    """`user_code`, `verification_url`, `device_code`, `interval` and `expires_in`. Raises what `_asked` does."""
    return await _asked(at.device, {"client_id": client.id, "scope": DEVICE_SCOPE})


async def device_tokens(at: Endpoints, client: ClientId, code: str) -> dict[str, Any]:
    """The tokens once somebody said yes; until then raises Refused `authorization_pending` or `slow_down`."""
    return await _asked(at.token, {
        "grant_type": DEVICE_GRANT, "device_code": code, "client_id": client.id, "client_secret": client.secret,
    })  # fmt: skip


async def _asked(url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Raises ConsentEnded (invalid_grant), Refused with OAuth's own word, Unreachable."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as http, http.post(url, data=form) as answer:
            said: dict[str, Any] = await answer.json(content_type=None) if answer.status < 500 else {}
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise Unreachable("Google does not answer") from None
    if status == 200:
        return said
    if status >= 500:
        raise Unreachable(f"Google answers {status}")
    reason = str(said.get("error", "unknown")) if isinstance(said, dict) else "unknown"
    if reason == "invalid_grant":
        raise ConsentEnded("invalid_grant")
    raise Refused(status, reason)
