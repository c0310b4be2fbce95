"""As much of SRT as it takes to knock: the first round of its handshake, which names no stream and opens nothing.

After draft-sharabayko-srt, sections 3.2.1 and 4.3.1.
"""

import os
import struct

_HEADER = struct.Struct(">IIII")  # kind of control packet, its information, time stamp, whose socket
_HANDSHAKE = struct.Struct(">IHHIIIII")  # version, encryption, extensions, sequence, MTU, window, kind, socket
_HANDSHAKE_KIND = 0x80000000
_INDUCTION = 1
_REST = bytes(20)  # no cookie yet, and an address that nobody reads


def hello() -> bytes:
    """A caller's induction."""
    sequence, socket = (int.from_bytes(os.urandom(4), "big") >> 1 for _ in range(2))
    return _HEADER.pack(_HANDSHAKE_KIND, 0, 0, 0) + _HANDSHAKE.pack(4, 0, 2, sequence, 1500, 8192, 1, socket) + _REST


def is_hello(theirs: bytes) -> bool:
    """Whether it is a listener's induction: version 5, with a cookie."""
    if len(theirs) < _HEADER.size + _HANDSHAKE.size + 4:
        return False
    version, _, _, _, _, _, kind, _ = _HANDSHAKE.unpack_from(theirs, _HEADER.size)
    return (_HEADER.unpack_from(theirs)[0], version, kind) == (_HANDSHAKE_KIND, 5, _INDUCTION)
