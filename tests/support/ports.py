"""Ports nobody uses right now."""

import random
import socket

PORTS = range(10_000, 32_000)
"""Below those that the kernel hands out, so that no connection and no server of another test takes one meanwhile."""


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port on 127.0.0.1 that was free a moment ago, and that whoever asks for any port is not given."""
    for port in random.sample(PORTS, 100):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")
