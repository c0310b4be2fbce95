"""What has really arrived: the kernel's own count, of a peer that reads and of one that does not any more."""

import os
import socket
from pathlib import Path

import pytest

from streamer.media.acknowledged import Acknowledged, ask, connections
from tests.support.until import until


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_what_nobody_takes_is_not_acknowledged(address: str) -> None:
    """Written without an error, and yet on the way: until the peer reads."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    others = set(connections(os.getpid()))
    with socket.create_server((address, 0), family=family) as server:
        ours = socket.create_connection(server.getsockname()[:2])
        peer = server.accept()[0]
    with ours, peer:
        [mine] = [c for c in connections(os.getpid()) if c not in others and c.id[:2] == port_of(ours)]
        ours.setblocking(False)
        written = fill(ours)
        stuck = ask(mine)
        assert stuck.waiting > 0
        assert stuck.acknowledged + stuck.waiting == written + 1, "and the greeting counts as one"
        read = 0
        while read < written:
            read += len(peer.recv(1 << 20))
        await until(lambda: ask(mine).acknowledged == written + 1)
        assert ask(mine).waiting == 0


def port_of(connection: socket.socket) -> bytes:
    return int(connection.getsockname()[1]).to_bytes(2, "big")


def fill(connection: socket.socket) -> int:
    """Write until the kernel takes no more; how much it took."""
    written = 0
    while True:
        try:
            written += connection.send(bytes(65_536))
        except BlockingIOError:
            return written


def test_where_it_cannot_be_known_what_was_written_counts(tmp_path: Path) -> None:
    """No /proc, no such process."""
    assert connections(os.getpid(), proc=tmp_path) == []
    gone = Acknowledged()
    assert gone.look(2**22 + 1, 700)
    assert not gone.look(2**22 + 1, 700)
    assert gone.waiting is None
