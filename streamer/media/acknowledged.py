"""What has really arrived: bytes a process wrote to the network that the other end has acknowledged.

A program that writes to a dead connection notices nothing as long as the kernel takes its bytes: up to some megabytes,
which at 400 kbit/s is a minute of broadcast. The kernel knows better. On Linux it tells anybody, one connection at a
time (sock_diag(7)); which connections a process has is in /proc, for whoever owns the process.
"""

import os
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLES = ((socket.AF_INET, "tcp"), (socket.AF_INET6, "tcp6"))
_LOCAL, _PEER, _STATE, _INODE = 1, 2, 3, 9
"""Columns of /proc/PID/net/tcp."""
_LISTENING = b"0A"

_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, _INET_DIAG_INFO = 4, 20, 1, 2
_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_REQUEST = struct.Struct("=BBBxI")  # inet_diag_req_v2 before its id: family, protocol, extensions, states
_ANSWER = struct.Struct("=4x48xIIIII")  # inet_diag_msg: expires, rqueue, wqueue, uid, inode
_ATTRIBUTE = struct.Struct("=HH")  # rtattr: length, type
_BYTES_ACKED = 120
"""Where tcp_info holds tcpi_bytes_acked: after 8 bytes, 24 words of 4 and two of 8. Since Linux 4.1."""


@dataclass(frozen=True)
class Connection:
    """One TCP connection, as sock_diag wants it named: ports and addresses in network order, 48 bytes in all."""

    family: int
    id: bytes


@dataclass(frozen=True)
class Arrived:
    """Bytes the other end has acknowledged, and those on the way to it."""

    acknowledged: int
    waiting: int


def connections(pid: int, proc: Path = Path("/proc")) -> list[Connection]:
    """A process's TCP connections; empty where it cannot be known: not Linux, or the process is gone."""
    inodes = set(_sockets(proc / str(pid) / "fd"))
    return [found for family, table in TABLES for found in _named(proc / str(pid) / "net" / table, family, inodes)]


def _sockets(descriptors: Path) -> Iterator[bytes]:
    """The inodes of a process's sockets."""
    try:
        paths = [entry.path for entry in os.scandir(descriptors)]
    except OSError:
        return
    for path in paths:
        try:
            target = os.readlink(path)
        except OSError:  # closed in between
            continue
        if target.startswith("socket:["):
            yield target[len("socket:[") : -1].encode()


def _named(table: Path, family: int, inodes: set[bytes]) -> Iterator[Connection]:
    try:
        lines = table.read_bytes().splitlines()[1:] if inodes else []
    except OSError:
        return
    for line in lines:
        row = line.split()
        if len(row) > _INODE and row[_INODE] in inodes and row[_STATE] != _LISTENING:
            (local, port), (peer, to) = _place(row[_LOCAL]), _place(row[_PEER])
            id = struct.pack("!HH", port, to) + local.ljust(16, b"\0") + peer.ljust(16, b"\0")
            yield Connection(family, id + struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF))  # any interface, no cookie


def _place(text: bytes) -> tuple[bytes, int]:
    """ "0100007F:1F90" as (address in network order, port)."""
    address, _, port = text.partition(b":")
    words = [int(address[start : start + 8], 16) for start in range(0, len(address), 8)]
    return struct.pack(f"={len(words)}I", *words), int(port, 16)


def ask(connection: Connection) -> Arrived:
    """The kernel's own count. Raises OSError where it does not tell, or the connection is gone."""
    request = _REQUEST.pack(connection.family, socket.IPPROTO_TCP, 1 << (_INET_DIAG_INFO - 1), 0xFFFFFFFF)
    body = request + connection.id
    header = _HEADER.pack(_HEADER.size + len(body), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(1.0)
        kernel.send(header + body)
        return _understood(kernel.recv(8192))


def _understood(answer: bytes) -> Arrived:
    if len(answer) < _HEADER.size + _ANSWER.size or _HEADER.unpack_from(answer)[1] != _SOCK_DIAG_BY_FAMILY:
        raise OSError("the kernel knows no such connection")
    waiting = _ANSWER.unpack_from(answer, _HEADER.size)[2]
    at = _HEADER.size + _ANSWER.size
    while at + _ATTRIBUTE.size <= len(answer):
        length, kind = _ATTRIBUTE.unpack_from(answer, at)
        if kind == _INET_DIAG_INFO and length >= _ATTRIBUTE.size + _BYTES_ACKED + 8:
            (acknowledged,) = struct.unpack_from("=Q", answer, at + _ATTRIBUTE.size + _BYTES_ACKED)
            return Arrived(acknowledged, waiting)
        at += max(length + 3 & ~3, _ATTRIBUTE.size)
    raise OSError("this kernel does not count what was acknowledged")


class Acknowledged:
    """Follows one process's connection to its server."""

    def __init__(self) -> None:
        self.waiting: int | None = None
        """Bytes on the way; None where it cannot be known, and then what was written counts as arrived."""
        self._most = 0
        self._connections: Sequence[Connection] = ()

    def look(self, pid: int, written: int) -> bool:
        """`written`: bytes so far. True when more have arrived than ever before."""
        found = self._ask() or self._ask(connections(pid))
        self.waiting = found.waiting if found else None
        arrived = found.acknowledged if found else written
        moved = arrived > self._most
        self._most = max(self._most, arrived)
        return moved

    def _ask(self, connections: Sequence[Connection] = ()) -> Arrived | None:
        """Of those known, or of these from now on: a long table is read once, not at every look."""
        self._connections = connections or self._connections
        try:
            counted = [ask(connection) for connection in self._connections]
        except OSError:
            self._connections = ()
            return None
        return Arrived(sum(c.acknowledged for c in counted), sum(c.waiting for c in counted)) if counted else None
