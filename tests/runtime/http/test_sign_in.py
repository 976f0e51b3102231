"""Sign-in, sign-out, sessions and their cookies."""

from __future__ import annotations

import pytest


def cookies_of(answer):
    return {one.split("=", 1)[0]: one for one in answer.headers.getlist("Set-Cookie")}


def test_a_page_leads_to_the_sign_in_page_and_back(browser):
    visitor = browser()
    answer = visitor.get("/inbox?view=groups")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/inbox%3Fview%3Dgroups"
    visitor.get(answer.headers["Location"])
    signed_in = visitor.post(
        "/sign-in", {"user": "demo-clerk", "password": "correct horse battery", "next": "/inbox?view=groups"}
    )
    assert signed_in.headers["Location"] == "/inbox?view=groups"
    visitor.get("/inbox")
    assert "Demo Clerk" in visitor.text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y", ""]
)
def test_nobody_is_sent_elsewhere_after_signing_in(browser, target):
    visitor = browser()
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", {"user": "demo-clerk", "password": "correct horse battery", "next": target})
    assert answer.headers["Location"] == "/inbox"


def test_a_wrong_password_and_an_unknown_user_read_the_same(browser):
    texts = []
    for user in ("demo-clerk", "nobody-at-all"):
        visitor = browser()
        visitor.get("/sign-in")
        answer = visitor.post("/sign-in", {"user": user, "password": "wrong wrong wrong"})
        assert answer.status_code == 422
        texts.append(visitor.text.replace(user, "").replace(visitor.token, ""))
    assert texts[0] == texts[1]


def test_too_many_attempts_have_to_wait(browser):
    visitor = browser()
    visitor.get("/sign-in")
    answers = [visitor.post("/sign-in", {"user": "demo-clerk", "password": "wrong wrong wrong"}) for _attempt in range(8)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_cookie_holds_a_random_token_and_nothing_else(browser):
    visitor = browser()
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", {"user": "demo-clerk", "password": "correct horse battery"})
    cookie = cookies_of(answer)["ringi_session"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "clerk" not in cookie
    assert len(cookie.split("=")[1].split(";")[0]) >= 43


def test_with_https_cookies_are_secure_and_bound_to_the_host(platform):
    from dataclasses import replace

    from runtime.http.app import create_app

    platform.config = replace(platform.config, base_url="https://ringi.example.com")
    client = create_app(platform).test_client()
    answer = client.get("/sign-in", base_url="https://ringi.example.com")
    (cookie,) = [one for name, one in cookies_of(answer).items() if name == "__Host-ringi_visitor"]
    assert {"Secure", "HttpOnly"} <= set(cookie.split("; "))
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_a_session_set_by_somebody_else_is_not_taken_over(browser):
    visitor = browser()
    visitor.client.set_cookie("ringi_session", "planted")
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", {"user": "demo-clerk", "password": "correct horse battery"})
    assert "planted" not in cookies_of(answer)["ringi_session"]


def test_the_cookie_is_worth_nothing_after_sign_out(app, browser):
    clerk = browser("demo-clerk")
    kept = clerk.client.get_cookie("ringi_session").value
    assert clerk.post("/sign-out").headers["Location"] == "/sign-in"
    thief = app.test_client()
    thief.set_cookie("ringi_session", kept)
    assert thief.get("/inbox").status_code == 303


def test_a_dead_session_is_taken_out_of_the_browser(browser):
    visitor = browser()
    visitor.client.set_cookie("ringi_session", "x" * 43)
    answer = visitor.get("/sign-in")
    assert "ringi_session=;" in cookies_of(answer)["ringi_session"]


def test_who_is_signed_in_does_not_see_the_form_again(browser):
    clerk = browser("demo-clerk")
    assert clerk.get("/sign-in?next=/inbox").headers["Location"] == "/inbox"
