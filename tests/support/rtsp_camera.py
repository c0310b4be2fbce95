"""An RTSP camera, run by the system's Python (which has GStreamer): films one colour and hears one tone.

Takes lines "film RRGGBB HZ" and answers "filming RRGGBB HZ" once pictures of it are on their way. "shift SECONDS" dates
the sound that much later.
"""

import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.camera_service import GLib, Gst, GstRtspServer, arguments, say, serve, server_on


class Camera(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc,unused-ignore]
    """What is filmed is kept here, and handed to the pipeline that runs and to those that come."""

    def __init__(self, size: str, fps: str, rate: int, sound: bool) -> None:
        super().__init__()
        width, height = size.split("x")
        launch = (
            "( videotestsrc name=film is-live=true pattern=solid-color "
            f"! video/x-raw,format=I420,width={width},height={height},framerate={fps} "
            "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=600 "
            "! video/x-h264,profile=baseline ! rtph264pay name=pay0 pt=96 config-interval=1 "
        )
        if sound:
            launch += (
                f"audiotestsrc name=tone is-live=true volume=0.4 ! audio/x-raw,rate={rate},channels=1 "
                "! voaacenc bitrate=64000 ! identity name=shift ! rtpmp4gpay name=pay1 pt=97 perfect-rtptime=false "
            )
        self.set_launch(launch + ")")
        self.set_shared(True)
        self.colour, self.tone = 0xFF808080, 300.0
        self.media: list[Any] = []
        self.connect("media-configure", self.configure)

    def configure(self, _factory: object, media: Any) -> None:
        self.media = [media]
        media.connect("unprepared", lambda *_: self.media.clear())
        self.apply()

    def film(self, colour: int, tone: float) -> None:
        self.colour, self.tone = 0xFF000000 | colour, tone
        self.apply()

    def apply(self) -> None:
        for media in self.media:
            element = media.get_element()
            element.get_by_name_recurse_up("film").set_property("foreground-color", self.colour)
            tone = element.get_by_name_recurse_up("tone")
            if tone is not None:
                tone.set_property("freq", self.tone)


def main() -> None:
    parser = arguments()
    parser.add_argument("--size", default="704x576")
    parser.add_argument("--fps", default="25/1")
    parser.add_argument("--rate", type=int, default=44100)
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--user")
    parser.add_argument("--password")
    options = parser.parse_args()
    server = server_on(options.port)
    camera = Camera(options.size, options.fps, options.rate, not options.silent)
    if options.user:
        lock(server, camera, options.user, options.password)
    loop = GLib.MainLoop()
    threading.Thread(target=obey, args=(camera, loop), daemon=True).start()
    serve(server, camera, loop)


def lock(server: Any, camera: Any, user: str, password: str) -> None:
    """Ask for a name and a password, as cameras do."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    camera.set_permissions(permissions)


def point(camera: Camera, colour: str, tone: str) -> bool:
    camera.film(int(colour, 16), float(tone))
    say("filming", colour, tone)
    return False


def shift(camera: Camera, seconds: str) -> bool:
    for media in camera.media:
        element = media.get_element().get_by_name_recurse_up("shift")
        element.get_static_pad("src").set_offset(round(float(seconds) * Gst.SECOND))
    say("shifted", seconds)
    return False


def obey(camera: Camera, loop: Any) -> None:
    for line in sys.stdin:
        verb, *words = line.split()
        GLib.idle_add(point if verb == "film" else shift, camera, *words)
    GLib.idle_add(loop.quit)


main()
