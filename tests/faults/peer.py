"""The outside world that processes call: an HTTP server with a ledger of its own, which fails in every way a peer can fail.

It applies a request once for each key, whatever it answers; only so does the promise "at least once, with a key that makes it
once" hold, and only its ledger tells whether it did.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

OK = b'{"said": "done"}'
TROUBLES_PER_KEY = 4
"""After so many failures a key is answered properly: the peer is bad, not gone."""

Writer = asyncio.StreamWriter
Answer = Callable[["Peer", Writer], Awaitable[None]]


def _head(status: str, length: int, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {length}", "Connection: close"]
    return "\r\n".join([*lines, *more, "", ""]).encode()


async def _well(peer: Peer, writer: Writer) -> None:
    writer.write(_head("200 OK", len(OK)) + OK)


async def _broken(peer: Peer, writer: Writer) -> None:
    writer.write(_head("500 Internal Server Error", 0))


async def _away(peer: Peer, writer: Writer) -> None:
    writer.write(_head("503 Service Unavailable", 0))


async def _too_often(peer: Peer, writer: Writer) -> None:
    writer.write(_head("429 Too Many Requests", 0, "Retry-After: 1"))


async def _slowly(peer: Peer, writer: Writer) -> None:
    await asyncio.sleep(peer.chance.uniform(0.05, 0.3))
    await _well(peer, writer)


async def _half_open(peer: Peer, writer: Writer) -> None:
    """Takes the request, and never says a word."""
    await asyncio.sleep(1)


async def _cut(peer: Peer, writer: Writer) -> None:
    whole = _head("200 OK", len(OK)) + OK
    writer.write(whole[: peer.chance.randrange(1, len(whole))])


async def _reset(peer: Peer, writer: Writer) -> None:
    """Close with a RST instead of a FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _drop_by_drop(peer: Peer, writer: Writer) -> None:
    """A byte a second: each arrives in time, the whole never does."""
    for byte in _head("200 OK", len(OK)) + OK:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)


async def _too_long(peer: Peer, writer: Writer) -> None:
    writer.write(_head("200 OK", len(OK) + 50) + OK)


async def _too_short(peer: Peer, writer: Writer) -> None:
    writer.write(_head("200 OK", 3) + OK)


async def _nonsense(peer: Peer, writer: Writer) -> None:
    writer.write(b"220 mail.example.com ESMTP\r\n")


async def _silence(peer: Peer, writer: Writer) -> None:
    """The answer is dropped on the way."""


TROUBLES: Mapping[str, Answer] = {
    "answers 500": _broken,
    "answers 503": _away,
    "answers 429 with Retry-After": _too_often,
    "answers late": _slowly,
    "never answers": _half_open,
    "is cut off in its answer": _cut,
    "resets the connection": _reset,
    "sends a byte a second": _drop_by_drop,
    "promises more than it sends": _too_long,
    "sends more than it promises": _too_short,
    "speaks another protocol": _nonsense,
    "closes without an answer": _silence,
}


@dataclass(kw_only=True)
class Peer:
    """`trouble` is the share of requests that go wrong; half of those were applied before. `slow` seconds pass in each call."""

    ledger: Path
    seed: int = 0
    trouble: float = 0.0
    slow: float = 0.0
    chance: random.Random = field(init=False)
    applied: set[str] = field(default_factory=set)
    troubles: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def serve(self, listening: socket.socket) -> None:
        """For ever, in a process of its own."""
        asyncio.run(self._serve(listening))

    async def _serve(self, listening: socket.socket) -> None:
        server = await asyncio.start_server(self._talk, sock=listening)
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            await self._answer(await self._read(reader), writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the caller was killed, or cut off: it comes again
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> dict[str, str]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        found: dict[str, str] = json.loads(await reader.readexactly(length))
        return found

    async def _answer(self, asked: dict[str, str], writer: Writer) -> None:
        name, answer, applies = self._choose(asked["key"])
        applied = applies and asked["key"] not in self.applied
        if applied:
            self.applied.add(asked["key"])
        begun = time.time()
        await asyncio.sleep(self.slow)
        self._write({**asked, "how": name, "applied": applied, "from": begun, "to": time.time()})
        await answer(self, writer)

    def _choose(self, key: str) -> tuple[str, Answer, bool]:
        had = self.troubles.get(key, 0)
        if had >= TROUBLES_PER_KEY or self.chance.random() >= self.trouble:
            return "answers", _well, True
        self.troubles[key] = had + 1
        name = self.chance.choice(sorted(TROUBLES))
        return name, TROUBLES[name], TROUBLES[name] is _slowly or self.chance.random() < 0.5

    def _write(self, line: Mapping[str, object]) -> None:
        with self.ledger.open("a") as ledger:
            ledger.write(json.dumps(line) + "\n")
