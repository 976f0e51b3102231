"""Every route says who may call it; every answer carries the security headers; nothing is changed from other sites."""

from __future__ import annotations

import re

import pytest

from runtime.http.security import PUBLIC, SIGNED_IN, declared

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def routes(app):
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & METHODS):
            yield rule, method, declared(rule.endpoint, app.view_functions[rule.endpoint], method)


def address(rule):
    return re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", rule.rule))


def test_every_route_declares_a_permission_or_is_public(app):
    silent = [f"{method} {rule.rule} ({rule.endpoint})" for rule, method, needed in routes(app) if needed is None]
    assert not silent, "These say neither @requires nor @public:\n" + "\n".join(silent)


def test_every_declared_permission_exists(app):
    from runtime.access.roles import PERMISSIONS

    needed = {needed for _rule, _method, needed in routes(app)}
    assert needed <= {PUBLIC, SIGNED_IN, *PERMISSIONS}


def test_only_these_routes_are_public(app):
    found = {
        f"{method} {rule.rule}" for rule, method, needed in routes(app) if needed == PUBLIC and "static" not in rule.endpoint
    }
    assert found == {
        "GET /",
        "GET /static/<path:name>",
        "GET /healthz",
        "GET /metrics",
        "GET /readyz",
        "GET /sign-in",
        "POST /sign-in",
        "POST /preferences",
        "GET /f/<path>",
        "POST /f/<path>",
        "GET /f/<path>/thanks",
        "POST /hooks/<name>",
    }


def test_nobody_reaches_a_protected_route_without_signing_in(app):
    client = app.test_client()
    open_doors = []
    for rule, method, needed in routes(app):
        if needed == PUBLIC:
            continue
        token = re.search(r'csrf_token" value="(\w+)"', client.get("/sign-in").get_data(as_text=True))[1]
        status = client.open(address(rule), method=method, headers={"X-CSRF-Token": token}).status_code
        if status != (401 if rule.rule.startswith("/api/v1") else 303):
            open_doors.append(f"{method} {rule.rule}: {status}")
    assert not open_doors, "\n".join(open_doors)


def test_who_lacks_the_permission_is_refused_on_every_route(app, browser):
    guest = browser()
    guest.get("/sign-in")
    guest.post("/sign-in", {"user": "demo-guest", "password": "correct horse battery"})
    guest.get("/api/docs")
    open_doors = []
    for rule, method, needed in routes(app):
        if needed in {PUBLIC, SIGNED_IN}:
            continue
        status = guest.client.open(address(rule), method=method, headers={"X-CSRF-Token": guest.token}).status_code
        if status != 403:
            open_doors.append(f"{method} {rule.rule} ({needed}): {status}")
    assert not open_doors, "\n".join(open_doors)


def test_every_mutating_route_refuses_a_request_without_token(app, browser):
    boss = browser("demo-boss")
    passed = []
    for rule, method, _needed in routes(app):
        if getattr(app.view_functions[rule.endpoint], "_ringi_signed", False):
            continue  # its signature says who sends
        if method != "GET" and boss.client.open(address(rule), method=method, json={}).status_code != 403:
            passed.append(f"{method} {rule.rule}")
    assert not passed, "\n".join(passed)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_a_request_from_another_site_is_refused_even_with_the_token(browser, start, headers):
    start(who="Demo", days=1)
    clerk = browser("demo-clerk")
    assert clerk.post("/sign-out", headers=headers).status_code == 403
    assert clerk.get("/inbox").status_code == 200


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}])
def test_a_request_from_our_own_page_passes(browser, headers):
    assert browser("demo-clerk").post("/sign-out", headers=headers).status_code == 303


def test_the_token_of_one_browser_is_worth_nothing_in_another(browser):
    thief, victim = browser("demo-other"), browser("demo-clerk")
    thief.get("/inbox")
    answer = victim.client.post("/sign-out", data={"csrf_token": thief.token})
    assert answer.status_code == 403
    assert victim.get("/inbox").status_code == 200


def test_a_refusal_of_the_token_says_what_to_do(browser):
    clerk = browser("demo-clerk")
    clerk.page = clerk.client.post("/sign-out", data={"csrf_token": "old"})
    assert "HTTP-1011" in clerk.text
    assert "Load it again" in clerk.text


PAGES = ["/sign-in", "/inbox", "/nothing-here", "/api/v1/user-tasks", "/api/docs", "/healthz", "/static/app.css", "/f/ask"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(browser, path):
    headers = browser("demo-clerk").get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in headers or "ringi" not in headers["Server"].lower()


def test_pages_of_people_are_never_kept_by_a_cache(browser):
    clerk = browser("demo-clerk")
    assert clerk.get("/inbox").headers["Cache-Control"] == "no-store"
    assert clerk.get("/api/v1/user-tasks").headers["Cache-Control"] == "no-store"


def test_no_page_has_an_inline_script_style_or_handler(browser, start):
    start(who="Demo", days=1)
    clerk = browser("demo-boss")
    task = clerk.api("GET", "/user-tasks?view=all").json["items"][0]["id"]
    for path in ["/sign-in", "/inbox?view=all", f"/tasks/{task}", "/f/ask", "/f/ask/thanks", "/api/docs", "/nothing-here"]:
        body = clerk.get(path).get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)", body), path
        assert not re.search(r"<style|\sstyle=|\son\w+=", body), path
        assert not re.search(r"(src|href|action)=\"(https?:)?//", body), path


def test_the_host_header_reaches_no_page(browser):
    for path in ("/sign-in", "/f/ask", "/inbox", "/healthz"):
        answer = browser().get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.get_data(as_text=True)
        assert "evil.example" not in answer.headers.get("Location", "")


def test_a_view_that_declares_nothing_is_refused(platform):
    from runtime.http.app import create_app

    app = create_app(platform)
    app.add_url_rule("/silent", "silent", lambda: "secret")
    assert app.test_client().get("/silent").status_code == 403


def test_too_large_a_body_is_refused(browser):
    boss = browser("demo-boss")
    answer = boss.api(
        "POST", "/messages/leave.asked", data=b'{"variables": "' + b"x" * 1_100_000 + b'"}', content_type="application/json"
    )
    assert answer.status_code == 413
    assert answer.json["code"] == "HTTP-413"


def test_health_tells_alive_and_ready(app, platform):
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready", "workers": "none"}


def test_not_ready_while_the_database_is_away(app, platform, monkeypatch):
    from runtime.errors import Unavailable

    def away(*_args):
        raise Unavailable("DB-1001", "gone")

    monkeypatch.setattr(platform.database, "read", away)
    assert app.test_client().get("/readyz").status_code == 503
