"""An RTSP camera, run by the system's Python (which has GStreamer): films its own clock, see `marks.py`.

Appends every frame number that it really sent to a file, four bytes each. A frame is numbered by the moment of its
filming, whichever process of this camera films it.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support import marks
from tests.support.camera_service import GLib, Gst, GstRtspServer, arguments, serve, server_on

RATE = 44_100
CHUNKS = 50
"""Of sound, a second."""
LATE_SECONDS = 0.2
"""Later than this, what should have been filmed was not: the process was stopped, or starved."""
LAUNCH = (
    f"( appsrc name=film is-live=true format=time block=false max-bytes=2000000 "
    f"caps=video/x-raw,format=I420,width={marks.WIDTH},height={marks.HEIGHT},framerate={marks.FPS}/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=1500 "
    "! video/x-h264,profile=baseline ! rtph264pay name=pay0 pt=96 config-interval=1 "
    f"appsrc name=tone is-live=true format=time block=false max-bytes=200000 "
    f"caps=audio/x-raw,format=S16LE,rate={RATE},channels=1,layout=interleaved "
    "! voaacenc bitrate=64000 ! rtpmp4gpay name=pay1 pt=97 perfect-rtptime=false )"
)


class Filming:
    """Feeds one pipeline until it is gone. `began`: unix seconds of frame 0."""

    def __init__(self, media: Any, began: float, emitted: int, tones: list[bytes]) -> None:
        self._element = media.get_element()
        self._began, self._emitted, self._tones = began, emitted, tones
        self._gone = threading.Event()
        self._zero: float | None = None
        self._lock = threading.Lock()
        media.connect("unprepared", lambda *_: self._gone.set())
        for feed in (self._film, self._hear):
            threading.Thread(target=feed, daemon=True).start()

    def _film(self) -> None:
        film = self._element.get_by_name_recurse_up("film")
        for at in self._moments(marks.FPS):
            if self._push(film, marks.picture(at), at / marks.FPS, 1 / marks.FPS):
                os.write(self._emitted, at.to_bytes(4, "big"))

    def _hear(self) -> None:
        tone, size = self._element.get_by_name_recurse_up("tone"), RATE // CHUNKS * 2
        for at in self._moments(CHUNKS):
            second, part = divmod(at, CHUNKS)
            heard = self._tones[second % marks.TONES][part * size : (part + 1) * size]
            self._push(tone, heard, at / CHUNKS, 1 / CHUNKS)

    def _moments(self, rate: int) -> Any:
        """Numbers of what is due now, `rate` a second; what was missed is left out."""
        at = int((time.time() - self._began) * rate) + 1
        while not self._gone.is_set():
            wait = self._began + at / rate - time.time()
            if wait > 0:
                time.sleep(wait)
            elif wait < -LATE_SECONDS:
                at += int(-wait * rate)
            yield at
            at += 1

    def _push(self, source: Any, data: bytes, at: float, seconds: float) -> bool:
        clock = self._element.get_clock()
        if clock is None or self._element.current_state != Gst.State.PLAYING:
            return False  # it has no time of its own yet
        with self._lock:
            if self._zero is None:
                running = (clock.get_time() - self._element.get_base_time()) / Gst.SECOND
                self._zero = time.time() - self._began - running
        if at < self._zero:
            return False
        buffer = Gst.Buffer.new_wrapped(data)
        buffer.pts = round((at - self._zero) * Gst.SECOND)
        buffer.duration = round(seconds * Gst.SECOND)
        return bool(source.emit("push-buffer", buffer) == Gst.FlowReturn.OK)


def main() -> None:
    parser = arguments()
    parser.add_argument("--began", type=float, required=True)
    parser.add_argument("--emitted", required=True)
    options = parser.parse_args()
    server = server_on(options.port)
    emitted = os.open(options.emitted, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    tones = marks.sound(RATE)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(LAUNCH)
    factory.set_shared(True)
    factory.connect("media-configure", lambda _, media: Filming(media, options.began, emitted, tones))
    serve(server, factory, GLib.MainLoop())


main()
