"""Ten times more is asked than can be done: each gets an answer, a refusal says when to come again, and memory stays."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.runtime.servers.conftest import Start

pytestmark = [pytest.mark.xdist_group("servers"), pytest.mark.own_thread]

AT_ONCE = 2
CLIENTS = 80
ROUNDS = 4
LONGEST = 20
MEGABYTES = 40


class Answers:
    """What many clients were told: status, and whether a refusal said when to come again."""

    def __init__(self) -> None:
        self.seen: Counter[int] = Counter()
        self.without_advice = 0

    async def ask(self, host: str, port: int, session: int) -> None:
        """One request, as a browser with a session of its own sends it."""
        reader, writer = await asyncio.open_connection(host, port)
        lines = ("GET /sign-in HTTP/1.1", f"Host: {host}", f"Cookie: ringi_session=s{session}", "Connection: close", "", "")
        writer.write("\r\n".join(lines).encode())
        head = (await reader.read()).partition(b"\r\n\r\n")[0].decode("latin-1")
        writer.close()
        status = int(head.split()[1])
        self.seen[status] += 1
        if status in {429, 503} and "retry-after:" not in head.lower():
            self.without_advice += 1


async def storm(address: str) -> Answers:
    """All clients ask again and again at the same time; none waits longer than `LONGEST`."""
    place, answers = urlsplit(address), Answers()

    async def client(number: int) -> None:
        for _round in range(ROUNDS):
            await asyncio.wait_for(answers.ask(place.hostname or "", place.port or 0, number), LONGEST)

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return answers


def memory(process: int) -> int:
    """Resident megabytes of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) // 1024


def test_overload_is_answered_and_leaves_no_trace(start: Start, sqlite_url: str, tmp_path: Path) -> None:
    options = {"RINGI_WEB_THREADS": str(AT_ONCE), "RINGI_DATA_DIR": str(tmp_path)}
    server = start("up", "--database", sqlite_url, "--port", "0", "--no-demo", **options)
    first = asyncio.run(storm(server.said["address"]))
    settled = memory(server.process.pid)
    second = asyncio.run(storm(server.said["address"]))
    for answers in (first, second):
        assert answers.seen.total() == CLIENTS * ROUNDS
        assert set(answers.seen) <= {200, 429, 503}
        assert answers.seen[200] > CLIENTS
        assert answers.seen[503] > 0
        assert answers.without_advice == 0
    assert memory(server.process.pid) - settled < MEGABYTES
    calm = Answers()
    place = urlsplit(server.said["address"])
    asyncio.run(calm.ask(place.hostname or "", place.port or 0, 1))
    assert calm.seen == {200: 1}
    assert server.stop(signal.SIGTERM) == 0
