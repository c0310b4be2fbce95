"""How a stream key and an SRT passphrase get to ffmpeg: through a pipe that only it reads, so that no file, log or
argument list has them.

An ffmpeg that does not take protocol options from a preset file (9.0) gets them as arguments: there is no other way.
"""

import os
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamer.media.binary import Ffmpeg

_PIPE_HOLDS = 900
"""Longer than any key, shorter than what ffmpeg reads as one line and what a pipe takes without a reader."""


class KeyRefused(ValueError):
    """A stream key that cannot be one: empty, with a line break, or far too long. The message does not repeat it."""


@dataclass
class KeyHandover:
    """The options that name the stream, and the descriptor the child needs open. `close` it once the child runs."""

    options: dict[str, Any] = field(repr=False)
    descriptor: int | None = None

    @property
    def pass_fds(self) -> tuple[int, ...]:
        return () if self.descriptor is None else (self.descriptor,)

    def close(self) -> None:
        """The child has its own copy by now."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def hand_over(key: str | None, url: str, ffmpeg: Ffmpeg, passphrase: str | None = None) -> KeyHandover:
    """Prepare the way of a key to an ffmpeg that is about to start; `passphrase`: of SRT. Raises KeyRefused."""
    srt = url.startswith("srt:")
    named = {"srt_streamid" if srt else "rtmp_playpath": key, "passphrase": passphrase if srt else None}
    secrets = {option: _checked(secret) for option, secret in named.items() if secret is not None}
    if not secrets:
        return KeyHandover({})
    options = {} if srt else {"rtmp_app": _application(url)}
    if not ffmpeg.hides_key:
        return KeyHandover(options | secrets)
    reader, writer = os.pipe()
    os.write(writer, "".join(f"{option}={secret}\n" for option, secret in secrets.items()).encode())
    os.close(writer)
    return KeyHandover(options | {"fpre": f"/dev/fd/{reader}"}, reader)


def _checked(secret: str) -> str:
    if not secret or len(secret) > _PIPE_HOLDS or any(ord(letter) < 32 for letter in secret):
        raise KeyRefused("The stream key is empty, too long, or has a line break in it. Copy it again.")
    return secret


def _application(url: str) -> str:
    """Path and query of the address: `live2?backup=1`. Said outright, as ffmpeg would split a path of two names."""
    parts = urlsplit(url)
    return parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
