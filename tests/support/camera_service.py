"""What every RTSP camera here does, run by the system's Python (which has GStreamer): tells where it is and who comes.

Prints "ready PORT" and, whenever that changes, "clients N".
"""

import argparse
from typing import Any

import gi  # type: ignore[import-not-found,unused-ignore]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found,unused-ignore] # noqa: E402

__all__ = ["GLib", "Gst", "GstRtspServer", "arguments", "say", "serve", "server_on"]


def arguments() -> argparse.ArgumentParser:
    """Every camera can be told its port; 0: any."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    return parser


def say(*words: object) -> None:
    """To whoever started the camera."""
    print(*words, flush=True)


def server_on(port: str) -> Any:
    """A server that is not reached yet. GStreamer is ready after this."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    return server


def serve(server: Any, camera: Any, loop: Any) -> None:
    """Let everybody have the camera's picture until the loop ends."""
    server.get_mount_points().add_factory("/chamber", camera)
    clients: set[object] = set()

    def left(client: Any) -> None:
        clients.discard(client)
        say("clients", len(clients))

    def came(_server: Any, client: Any) -> None:
        clients.add(client)
        client.connect("closed", left)
        say("clients", len(clients))

    server.connect("client-connected", came)
    server.attach(None)
    say("ready", server.get_bound_port())
    loop.run()
