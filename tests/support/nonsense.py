"""What no page of ours sends: malformed messages, frames and forms, drawn from a seed."""

import json
import random
import struct
from urllib.parse import urlencode

WORDS = [
    "",
    "ask",
    "id",
    "text",
    "name",
    "item",
    "type",
    "\u0000",
    "\ud800",
    "\u202e",
    "𝄞" * 40,
    "'; DROP TABLE questions",
    "../..",
    "%s%n",
]
NUMBERS = [0, -1, 1e308, 2**70, float("nan"), 0.1]


class Nonsense:
    """Endless, and the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def value(self, depth: int = 0) -> object:
        """Anything that JSON can hold."""
        kinds = [self._draw.choice(WORDS), self._draw.choice(NUMBERS), None, True]
        if depth < 4:
            kinds += [[self.value(depth + 1) for _ in range(2)], {self._draw.choice(WORDS): self.value(depth + 1)}]
        return self._draw.choice(kinds)

    def text(self) -> str:
        """A message, nearly right or not at all."""
        said: dict[str, object] = {"type": "ask", "id": "a", "text": "Why?", "name": "Anne", "item": "x"}
        said = {key: self.value() if self._draw.random() < 0.4 else value for key, value in said.items()}
        whole = json.dumps(said)
        cut, other = (
            self._draw.randrange(len(whole)),
            self._draw.choice([*WORDS, "[" * 3000, '{"a":' * 900, "9" * 4000]),
        )
        return self._draw.choice(
            [whole, whole[:cut], whole[:cut] + other + whole[cut:], other, json.dumps(self.value())]
        )

    def frame(self) -> bytes:
        """A WebSocket frame of a client: wrong opcodes, reserved bits, lengths, masks, pieces; or no frame at all."""
        body = self._draw.choice([b"", b"x", self._draw.randbytes(40), self.text().encode("utf-8", "surrogatepass")])[
            :4000
        ]
        first = self._draw.choice([0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89, 0x8A, 0x09, self._draw.randrange(256)])
        length = self._draw.choice([len(body), len(body), len(body), self._draw.randrange(2**16), 2**62])
        masked = 0x80 if self._draw.random() < 0.9 else 0
        head = bytes([first, masked | length]) if length < 126 else struct.pack("!BBQ", first, masked | 127, length)
        mask = self._draw.randbytes(4)
        hidden = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body)) if masked else body
        return self._draw.choice([head + (mask if masked else b"") + hidden] * 9 + [self._draw.randbytes(60)])

    def form(self) -> tuple[dict[str, str], bytes]:
        """Headers and body of a POST."""
        fields = {self._draw.choice(["text", "name", "client_id", "item", "proof", "x"]): self.text() for _ in range(3)}
        kinds = {
            "application/x-www-form-urlencoded": urlencode(fields, errors="surrogatepass").encode(),
            "application/json": self.text().encode("utf-8", "surrogatepass"),
            "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
            + self.frame(),
            "text/plain; charset=nonsense": self._draw.randbytes(99),
        }
        kind = self._draw.choice(list(kinds))
        return {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}, kinds[kind]
