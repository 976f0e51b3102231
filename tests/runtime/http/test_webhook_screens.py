"""The screen and the addresses for webhooks: who is told, the secret this once, what was given up and is sent again."""

from __future__ import annotations

import re

import pytest
from standardwebhooks import Webhook

from runtime.webhooks.addresses import Rules, read_network
from tests.support.receiver import receiving


@pytest.fixture
def peer(platform):
    platform.webhooks.rules = Rules(http=True, networks=(read_network("127.0.0.0/8"),))
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def boss(browser):
    made = browser("demo-boss")
    made.get("/webhooks")
    return made


def test_an_administrator_adds_an_endpoint_and_sees_its_secret_once(boss, peer, platform, start):
    boss.post("/webhooks", {"url": peer.url, "events": ["instance.started"], "description": "Demo ledger"})
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", boss.text)
    start(who="Demo", days=1)
    platform.jobs.run_due()
    Webhook(secret).verify(peer.got[0].body, peer.got[0].headers)
    boss.get("/webhooks")
    assert peer.url in boss.text
    assert "Arrived" in boss.text
    assert "whsec_" not in boss.text


def test_an_address_that_may_not_be_used_is_told_beside_what_was_typed(boss):
    answer = boss.post("/webhooks", {"url": "https://169.254.169.254/", "events": ["incident.raised"], "description": "X"})
    assert answer.status_code == 422
    assert "not on the public internet" in boss.text
    assert 'value="https://169.254.169.254/"' in boss.text


def test_what_was_given_up_is_seen_with_the_reason_and_sent_again(boss, peer, platform, start):
    boss.post("/webhooks", {"url": peer.url, "events": ["instance.started"]})
    peer.answer(410)
    start(who="Demo", days=1)
    platform.jobs.run_due()
    boss.get("/webhooks?status=dead")
    assert "Given up" in boss.text
    assert "410" in boss.text
    for label in ("Enable", "Send again"):
        action = re.search(rf'action="([^"]+)"[^>]*>(?:(?!</form>).)*>{label}</button>', boss.text, re.DOTALL)[1]
        assert boss.post(action).status_code == 303
        boss.get("/webhooks?status=dead")
    platform.jobs.run_due()
    assert len(peer.got) == 2
    assert peer.got[0].headers["webhook-id"] == peer.got[1].headers["webhook-id"]


def test_a_new_secret_is_shown_once_and_an_endpoint_can_be_removed(boss, peer):
    boss.post("/webhooks", {"url": peer.url, "events": ["*"]})
    first = re.search(r"whsec_[A-Za-z0-9+/=]+", boss.text)[0]
    (made,) = set(re.findall(r"/webhooks/([0-9a-f-]{36})/rotate", boss.text))
    boss.post(f"/webhooks/{made}/rotate")
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", boss.text)[0] != first
    boss.get("/webhooks")
    boss.post(f"/webhooks/{made}/remove")
    boss.get("/webhooks")
    assert peer.url not in boss.text


def test_only_administrators_find_it_in_the_navigation(browser, boss):
    boss.get("/inbox")
    assert 'href="/webhooks"' in boss.text
    clerk = browser("demo-clerk")
    clerk.get("/inbox")
    assert 'href="/webhooks"' not in clerk.text
    assert clerk.get("/webhooks").status_code == 403


@pytest.mark.parametrize(("language", "title"), [("ja", "通知先"), ("ru", "Кому сообщается")])
def test_the_page_speaks_the_language_of_who_reads_it(boss, language, title):
    boss.get(f"/webhooks?lang={language}")
    assert title in boss.text


def test_the_api_does_the_same_and_keeps_no_secret_for_a_repeat(boss, peer, platform, start):
    headers = {"Idempotency-Key": "hook-1"}
    body = {"url": peer.url, "events": ["instance.started"]}
    first, again = (boss.api("POST", "/webhooks/endpoints", json=body, headers=headers) for _time in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json["secret"].startswith("whsec_")
    assert again.json == {**first.json, "secret": None}
    made = first.json["id"]
    peer.answer(410)
    start(who="Demo", days=1)
    platform.jobs.run_due()
    assert boss.api("GET", f"/webhooks/endpoints/{made}").json["status"] == "disabled"
    (dead,) = boss.api("GET", f"/webhooks/deliveries?status=dead&endpoint={made}").json["items"]
    assert boss.api("POST", f"/webhooks/deliveries/{dead['id']}/replay", json={}).json["code"] == "HOOK-1006"
    assert boss.api("POST", f"/webhooks/endpoints/{made}/enable", json={}).status_code == 204
    assert boss.api("POST", f"/webhooks/deliveries/{dead['id']}/replay", json={}).status_code == 204
    assert boss.api("POST", f"/webhooks/endpoints/{made}/secret", json={}).json["secret"] != first.json["secret"]
    assert boss.api("POST", f"/webhooks/endpoints/{made}/disable", json={}).status_code == 204
    assert len(boss.api("GET", "/webhooks/endpoints").json["items"]) == 1
    assert boss.api("DELETE", f"/webhooks/endpoints/{made}").status_code == 204
    assert boss.api("GET", f"/webhooks/endpoints/{made}").json["code"] == "HOOK-1003"
    refused = boss.api("POST", "/webhooks/endpoints", json={"url": "http://10.0.0.1/", "events": ["*"]})
    assert (refused.status_code, refused.json["code"]) == (422, "HOOK-1001")
