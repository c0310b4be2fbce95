"""What the encoder is asked to make: one picture, one sound, for camera and slate alike."""

from dataclasses import dataclass

SAMPLE_RATE = 48_000
"""Hz of every segment's sound, whatever the source delivers."""


@dataclass(frozen=True)
class EncoderSettings:
    """Size in pixels, `fps` frames/s (constant), bitrates in bit/s, a key frame every `segment_seconds`."""

    width: int = 1280
    height: int = 720
    fps: int = 30
    video_bitrate: int = 4_000_000
    audio_bitrate: int = 128_000
    segment_seconds: float = 2.0
    preset: str = "veryfast"

    @property
    def gop(self) -> int:
        """Frames from one key frame to the next: exactly one segment."""
        return max(1, round(self.fps * self.segment_seconds))
