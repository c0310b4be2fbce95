"""Somebody who speaks before a camera: a film whose picture moves and whose sound is a voice, made by ffmpeg."""

import asyncio
from pathlib import Path

WORDS = "Good evening. The session is open. We begin with the approval of the minutes of the last meeting."
SPEECH = f"flite=text='{WORDS}':voice=slt"
MOVING = "testsrc2=s=320x180:r=25"


async def film(path: Path, picture: str = MOVING, sound: str = SPEECH) -> Path:
    """Six seconds, written to `path`; `picture` and `sound` as ffmpeg's lavfi spells them."""
    made = await asyncio.create_subprocess_exec(
        "/usr/bin/ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound,
        "-t", "6", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-ar", "48000", "-ac", "2", str(path),
    )  # fmt: skip
    assert await made.wait() == 0
    return path
