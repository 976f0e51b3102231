"""What other systems send is taken when it is signed, once however often it comes, and becomes a message."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict, Invalid, NotFound, Unauthenticated, Unavailable
from runtime.http.app import create_app
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, named_message, user_task, wait_for
from tests.support.diagrams import message as by_message

OLD, NEW = "whsec_" + "b2xkIHNlY3JldCBvZiB0aGUgc2hvcA==", "whsec_" + "bmV3IHNlY3JldCBvZiB0aGUgc2hvcA=="
PLAIN = "a plain secret".replace(" ", "-")
WAITER = diagram("waiter", line(wait_for("paid", by_message("M"))), outside=named_message("M", "order.paid", "=order"))
STARTER = diagram("starter", line(user_task("t"), start=by_message("S")), outside=named_message("S", "order.placed"))
PACKAGE = """
name: shop
version: 1.0.0
label: {en: Shop}
resources: ["*.bpmn"]
hooks:
  - {name: paid, secret: shop, message: order.paid, key: "=body.order", variables: "={amount: body.amount}"}
  - name: placed
    secret: plain
    scheme: hmac-sha256
    header: X-Shop-Signature
    prefix: sha256=
    id: =headers.x_shop_delivery
    message: order.placed
    key: =body.order
  - name: stamped
    secret: plain
    scheme: hmac-sha256
    header: X-Sign
    timestamp_header: X-Time
    id: =body.id
    message: order.placed
"""

Open = Callable[..., Platform]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "package.yaml").write_text(PACKAGE)
    (folder / "waiter.bpmn").write_bytes(WAITER)
    (folder / "starter.bpmn").write_bytes(STARTER)
    return folder


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    file = tmp_path / "secrets"
    file.write_text(f"# of the shop\nshop = {OLD} {NEW}\nplain = {PLAIN}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def shop(open_platform: Open, package: Path, secrets: Path) -> Platform:
    return open_platform(packages=[package], secrets=secrets)


def wait(shop: Platform, order: str = "A") -> str:
    with shop.database.write(SYSTEM) as work:
        return shop.processes.start(work, "waiter", {"order": order})


def signed(
    shop: Platform, body: bytes, *, secret: str = OLD, id: str = "evt_1", ago: timedelta = timedelta(0)
) -> dict[str, str]:
    with shop.database.read() as work:
        sent = work.now - ago
    stamp = str(int(sent.timestamp()))
    signature = Webhook(secret).sign(id, sent, body.decode())
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": f"v1,bm8= v2,x {signature}"}


def send(shop: Platform, name: str, body: bytes, headers: dict[str, str]) -> Any:
    """As the view does."""
    hook = shop.hooks.find(name)
    with shop.database.read() as work:
        event = shop.hooks.verify(hook, headers, body, work.now)
    with shop.database.write(SYSTEM) as work:
        return shop.hooks.receive(work, hook, event, headers, json.loads(body))


PAID = b'{"order": "A", "amount": 12.5, "more": "x"}'


def test_a_signed_delivery_becomes_a_message_with_key_and_variables_by_feel(shop: Platform) -> None:
    waiting, other = wait(shop, "A"), wait(shop, "B")
    assert send(shop, "paid", PAID, signed(shop, PAID)).continued == (waiting,)
    with shop.database.read() as work:
        assert shop.processes.instance(work, waiting).variables == {"order": "A", "amount": 12.5}
        assert shop.processes.instance(work, other).instance.status == "active"


def test_a_delivery_repeated_ten_times_and_eight_at_once_is_applied_once(
    open_platform: Open, package: Path, secrets: Path
) -> None:
    shops = [open_platform(packages=[package], secrets=secrets) for _ in range(4)]
    waiting = [wait(shops[0]), wait(shops[0])]
    headers, barrier, answers = signed(shops[0], PAID), threading.Barrier(8), []

    def deliver(shop: Platform) -> None:
        barrier.wait(20)
        answers.append(send(shop, "paid", PAID, headers))

    threads = [threading.Thread(target=deliver, args=(shop,)) for shop in shops * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers += [send(shops[0], "paid", PAID, headers) for _ in range(10)]
    assert {(answer.id, answer.continued) for answer in answers} == {(answers[0].id, (waiting[0],))}
    assert sum(not answer.repeated for answer in answers) == 1


def test_both_secrets_of_a_rotation_are_taken_and_one_that_is_gone_is_not(shop: Platform, secrets: Path) -> None:
    for number, secret in enumerate((OLD, NEW)):
        send(shop, "paid", PAID, signed(shop, PAID, secret=secret, id=f"e{number}"))
    secrets.write_text(f"shop = {NEW}\n")
    send(shop, "paid", PAID, signed(shop, PAID, secret=NEW, id="e3"))
    with pytest.raises(Unauthenticated):
        send(shop, "paid", PAID, signed(shop, PAID, secret=OLD, id="e4"))


@pytest.mark.parametrize("ago", [timedelta(minutes=5, seconds=2), -timedelta(minutes=5, seconds=2), timedelta(days=400)])
def test_what_was_signed_too_long_ago_or_in_the_future_is_refused(shop: Platform, ago: timedelta) -> None:
    with pytest.raises(Unauthenticated):
        send(shop, "paid", PAID, signed(shop, PAID, ago=ago))
    send(shop, "paid", PAID, signed(shop, PAID, ago=ago / abs(ago) * timedelta(minutes=4, seconds=50)))


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": "v1,AAAA v1,BBBB"},
        {"webhook-id": "evt_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "9" * 30},
        {"webhook-timestamp": ""},
    ],
)
def test_a_delivery_whose_signature_does_not_fit_is_refused_in_the_same_words(shop: Platform, change: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated, match="signature does not fit") as refusal:
        send(shop, "paid", PAID, signed(shop, PAID) | change)
    assert refusal.value.code == "HOOK-2004"


def test_a_changed_body_is_refused_and_the_same_id_with_another_body_too(shop: Platform) -> None:
    headers = signed(shop, PAID)
    other = PAID.replace(b"12.5", b"99.5")
    with pytest.raises(Unauthenticated):
        send(shop, "paid", other, headers)
    send(shop, "paid", PAID, headers)
    with pytest.raises(Conflict):
        send(shop, "paid", other, signed(shop, other))


def test_a_plain_hmac_is_taken_as_hex_with_its_id_from_a_header(shop: Platform) -> None:
    body = b'{"order": "K-1"}'
    said = "sha256=" + hmac.new(PLAIN.encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-shop-signature": said, "x-shop-delivery": "d1"}
    first, second = (send(shop, "placed", body, headers) for _ in range(2))
    assert len(first.started) == 1
    assert (second.started, second.repeated) == (first.started, True)
    for wrong in ("", said[7:], "sha256=zz", said[:-2]):
        with pytest.raises(Unauthenticated):
            send(shop, "placed", body, headers | {"x-shop-signature": wrong})
    with pytest.raises(Invalid, match="id of the webhook"):
        send(shop, "placed", body, {"x-shop-signature": said})


def test_a_plain_hmac_with_a_time_signs_that_too(shop: Platform) -> None:
    body = b'{"id": 7}'
    with shop.database.read() as work:
        stamp = str(int(work.now.timestamp()))
    said = hmac.new(PLAIN.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert send(shop, "stamped", body, {"x-sign": said, "x-time": stamp}).started
    with pytest.raises(Unauthenticated):
        send(shop, "stamped", body, {"x-sign": said, "x-time": str(int(stamp) + 1)})
    shop.database.clock.advance(timedelta(minutes=6))
    with pytest.raises(Unauthenticated):
        send(shop, "stamped", body, {"x-sign": said, "x-time": stamp})


def test_a_body_that_the_mapping_does_not_fit_is_told(shop: Platform) -> None:
    body = b'{"amount": 1}'
    with pytest.raises(Invalid, match="key of the webhook"):
        send(shop, "paid", body, signed(shop, body))


def test_a_secret_that_is_missing_or_open_to_everybody_is_the_operators_matter(shop: Platform, secrets: Path) -> None:
    secrets.chmod(0o644)
    with pytest.raises(Unavailable, match="Everybody can read"):
        send(shop, "paid", PAID, signed(shop, PAID))
    secrets.unlink()
    with pytest.raises(Unavailable, match="RINGI_SECRETS"):
        send(shop, "paid", PAID, signed(shop, PAID))


def test_a_webhook_that_nobody_declared_is_not_there(shop: Platform) -> None:
    with pytest.raises(NotFound):
        shop.hooks.find("other")


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        ("{name: x, secret: s, message: m, key: body.id}", "with = in front"),
        ('{name: x, secret: s, message: m, key: "=body.("}', "no FEEL"),
        ("{name: x, secret: s, message: m, key: =order}", "order is not known"),
        ("{name: x, secret: s, message: m, scheme: hmac-sha256, id: =body.id}", "which header"),
        ("{name: x, secret: s, message: m, scheme: hmac-sha256, header: X}", "repeated delivery"),
        ("{name: x, secret: s, message: m, header: X}", "hmac-sha256 only"),
        ("{name: x, secret: whsec_AAAA==, message: m}", "use a-z"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused_when_the_package_is_read(
    open_platform: Open, tmp_path: Path, hook: str, said: str
) -> None:
    (tmp_path / "package.yaml").write_text(f"name: bad\nversion: 1.0.0\nlabel: {{en: Bad}}\nhooks:\n  - {hook}\n")
    with pytest.raises(Invalid) as refusal:
        open_platform(packages=[tmp_path])
    assert said in str([one.message for one in refusal.value.problems])


def test_over_http_a_delivery_needs_no_cookie_and_a_repeat_gets_the_same_answer(shop: Platform) -> None:
    wait(shop)
    client, headers = create_app(shop).test_client(), {"Content-Type": "application/json", **signed(shop, PAID)}
    first, second = (client.post("/hooks/paid", data=PAID, headers=headers) for _ in range(2))
    assert (first.status_code, first.json["stored"], len(first.json["continued"])) == (200, False, 1)
    assert (second.status_code, second.json) == (200, first.json)
    assert "Set-Cookie" not in first.headers
    accept = {"Accept": "application/json"}
    assert client.post("/hooks/paid", data=PAID, headers=accept).status_code == 401
    assert client.post("/hooks/nothing", data=PAID, headers=accept).status_code == 404
    assert client.post("/hooks/paid", data=b"x" * 1_000_001, headers=headers).status_code == 413
    broken = b"{"
    headers = {"Content-Type": "application/json", **accept, **signed(shop, broken)}
    assert client.post("/hooks/paid", data=broken, headers=headers).status_code == 400
