"""A webhook never reaches the platform's own network, whatever the address looks like and whatever a name resolves to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest

from runtime.webhooks.addresses import Refused, Rules, read_network, resolve
from runtime.webhooks.posting import LARGEST_ANSWER, Reply, post
from tests.support.receiver import receiving

HOSTILE = [
    *(
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
    ),
    *("https://user@example.com/", "https://a:b@example.com/"),
    *("https://example.com\\@127.0.0.1/", "https://exa mple.com/", "https://example.com:0/", "https://example.com:99999/"),
    *("https://127.0.0.1/", "https://2130706433/", "https://127.1/", "https://0x7f.1/", "https://0177.0.0.1/", "https://0/"),
    *("https://0x7f000001/", "https://①②⑦.⓪.⓪.①/", "https://１２７.0.0.1/", "https://127.0.0.1./", "https://localhost。/"),
    *(
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[::7f00:1]/",
    ),
    *("https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::a00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1]/"),
    *("https://[fc00::1]/", "https://[fe80::1%25eth0]/", "https://[2001:0:0:0:0:0:80ff:fffe]/", "https://10.0.0.1/"),
    *("https://172.16.5.4/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/"),
    *("https://0.0.0.0/", "https://224.0.0.1/", "https://255.255.255.255/", "https://240.0.0.1/", "https://192.0.2.1/"),
    *("https://a..b/", "https://-a.example/", "https://example.1/", "https://" + "a" * 2000, "https://example.com/\r\nX: y"),
]
PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "::1",
    "::ffff:10.0.0.1",
    "fd00::1",
    "64:ff9b::a9fe:a9fe",
    "fe80::1%eth0",
]
LOOPBACK = Rules(http=True, networks=(read_network("127.0.0.1/32"),))


def fail(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host} must not even be looked up")


def test_there_are_more_than_forty_hostile_addresses() -> None:
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_before_anything_is_looked_up(url: str) -> None:
    reply = post(url, b"{}", {}, rules=Rules(), resolve=fail)
    assert reply.status is None
    assert "may not be sent there" in reply.error


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_of_which_any_address_is_private_is_refused(address: str) -> None:
    for found in ([address], ["93.184.215.14", address]):
        reply = post("https://example.com/", b"{}", {}, rules=Rules(), resolve=lambda *_, found=found: found)
        assert "not on the public internet" in reply.error


@pytest.mark.parametrize("host", ["localhost", "localhost.", "ip6-localhost"])
def test_names_of_this_host_lead_nowhere(host: str) -> None:
    reply = post(f"https://{host}/", b"{}", {}, rules=Rules(), resolve=resolve)
    assert reply.status is None


def test_public_addresses_are_allowed() -> None:
    rules = Rules()
    for url in (
        "https://example.com/hook?x=1",
        "https://example.com:8443/",
        "https://93.184.215.14/",
        "https://[2606:2800::1]/",
    ):
        target = rules.target(url)
        assert rules.addresses(target, lambda *_: ["93.184.215.14"])
    assert rules.target("https://example.com/hook?x=1").path == "/hook?x=1"
    assert rules.target("https://[2606:2800::1]:8443/").authority == "[2606:2800::1]:8443"


def test_only_hosts_of_the_list_are_allowed_when_there_is_one() -> None:
    rules = Rules(hosts=("hooks.example.com", ".partner.example"))
    for host in ("hooks.example.com", "a.partner.example"):
        assert rules.target(f"https://{host}/").host == host
    for host in ("example.com", "xhooks.example.com", "partner.example", "evilpartner.example", "93.184.215.14"):
        with pytest.raises(Refused):
            rules.target(f"https://{host}/")


def test_a_name_that_changes_its_mind_is_asked_once_and_the_checked_address_is_the_one_that_is_used() -> None:
    """DNS rebinding: the second look-up would lead to another server."""
    asked = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with receiving() as good, receiving("127.0.0.2", good.port) as bad:
        url = f"http://rebind.example:{good.port}/x"
        assert post(url, b"{}", {}, rules=LOOPBACK, resolve=rebinding).ok
        assert (len(good.got), bad.got, asked) == (1, [], ["rebind.example"])
        assert good.got[0].headers["host"] == f"rebind.example:{good.port}"
        refused = post(url, b"{}", {}, rules=LOOPBACK, resolve=rebinding)
        assert "not on the public internet" in refused.error
        assert bad.got == []


def test_a_redirect_is_not_followed() -> None:
    with receiving() as first, receiving() as second:
        first.answer(302, {"Location": second.url})
        reply = post(first.url, b"{}", {}, rules=LOOPBACK, resolve=resolve)
        assert (reply.ok, reply.status, second.got) == (False, 302, [])
        assert "not followed" in reply.error


def test_what_a_failing_server_says_is_told_in_short_and_without_control_characters() -> None:
    with receiving() as peer:
        peer.answer(500, {"Retry-After": "120"}, b"boom\r\n\x1b[31m" + b"x" * 500)
        reply = post(peer.url, b"{}", {}, rules=LOOPBACK, resolve=resolve)
    assert (reply.status, reply.retry_after) == (500, 120.0)
    assert reply.error.startswith("500 boom [31mxx")
    assert len(reply.error) < 220


def test_of_a_huge_answer_only_a_megabyte_is_read() -> None:
    with receiving() as peer:
        peer.answer(200, {"Content-Length": str(50 * LARGEST_ANSWER)}, b"x" * LARGEST_ANSWER)
        assert post(peer.url, b"{}", {}, rules=LOOPBACK, resolve=resolve).ok


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"])
def test_a_server_that_takes_its_time_is_left_in_time(drip: bytes) -> None:
    server, done = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        taken, _ = server.accept()
        with taken:
            taken.sendall(drip)
            while not done.wait(0.05):
                try:
                    taken.sendall(b"x" if drip.endswith(b": ") else b"")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    reply = post(url, b"{}", {}, rules=LOOPBACK, resolve=resolve, limit=timedelta(seconds=0.4))
    done.set()
    thread.join()
    server.close()
    assert reply.status is None
    assert "TimeoutError" in reply.error


def test_nobody_there_is_a_failure_and_no_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    reply = post(f"http://127.0.0.1:{port}/", b"{}", {}, rules=LOOPBACK, resolve=resolve)
    assert not reply.ok
    assert reply == Reply(error=reply.error)
