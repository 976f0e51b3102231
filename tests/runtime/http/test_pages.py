"""Failures, static files, preferences, navigation."""

from __future__ import annotations

import json
import re

import pytest

from runtime.errors import Invalid


def test_an_unknown_address_is_told_in_the_language_of_the_person(browser):
    visitor = browser()
    visitor.get("/nothing", headers={"Accept-Language": "ru"})
    assert visitor.page.status_code == 404
    assert 'lang="ru"' in visitor.text
    assert "Здесь ничего нет" in visitor.text


def test_who_is_signed_in_stays_so_on_an_unknown_address(browser):
    clerk = browser("demo-clerk")
    clerk.get("/nothing")
    assert clerk.page.status_code == 404
    assert "Demo Clerk" in clerk.text
    assert "The address is wrong" in clerk.text


def test_a_bug_is_never_shown_only_numbered(app, browser, monkeypatch, caplog):
    from runtime.http.screens import inbox

    def broken(_work):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(inbox, "_tabs", broken)
    clerk = browser()
    clerk.get("/sign-in")
    clerk.post("/sign-in", {"user": "demo-clerk", "password": "correct horse battery"})
    clerk.get("/inbox")
    assert clerk.page.status_code == 500
    assert "secret detail" not in clerk.text
    assert "Traceback" not in clerk.text
    number = re.search(r"written down as (\w+)", clerk.text)[1]
    assert number in caplog.text


def test_the_api_answers_failures_as_problem_details(browser):
    clerk = browser("demo-clerk")
    answer = clerk.api("GET", "/user-tasks/nothing")
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "urn:ringi:problem:TASK-1002",
        "title": "There is nothing here",
        "status": 404,
        "detail": answer.json["detail"],
        "code": "TASK-1002",
        "instance": "/api/v1/user-tasks/nothing",
    }


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/user-tasks", 405)])
def test_failures_of_http_itself_are_problem_details_too(browser, method, path, status):
    answer = browser("demo-clerk").api(method, path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == f"HTTP-{status}"


def test_findings_in_files_are_shown_with_place_and_way_out(app, platform, browser):
    from engine.api import Problem
    from runtime.http.security import public

    problem = Problem(code="BPMN-1", message="<b>wrong</b>", resource="a.bpmn", line=7, element="Task_1", fix="Mend it.")

    @public
    def fail():
        raise Invalid("X-1", "No.", problems=[problem])

    app.add_url_rule("/fail", "fail", fail)
    visitor = browser()
    visitor.get("/fail")
    assert visitor.page.status_code == 422
    assert "a.bpmn:7" in visitor.text
    assert "&lt;b&gt;wrong" in visitor.text
    assert "Mend it." in visitor.text


def test_static_files_have_a_tag_and_with_their_hash_live_for_ever(browser):
    visitor = browser()
    visitor.get("/sign-in")
    link = re.search(r'href="(/static/app\.css\?v=\w+)"', visitor.text)[1]
    assert "immutable" in visitor.get(link).headers["Cache-Control"]
    plain = visitor.get("/static/app.css")
    assert plain.headers["Cache-Control"] == "no-cache"
    assert visitor.get("/static/app.css", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304
    assert visitor.get("/static/app.css?v=wrong").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "nothing.css", "%2fetc/passwd"])
def test_static_files_come_from_their_folder_only(browser, name):
    assert browser().get(f"/static/{name}", follow_redirects=True).status_code == 404


def test_the_web_build_may_be_absent(tmp_path):
    from runtime.http.assets import WebBuild

    build = WebBuild(tmp_path / "manifest.json")
    assert build.entry("designer") is None
    assert build.styles("designer") == []
    (tmp_path / "manifest.json").write_text("{ broken")
    assert build.entry("designer") is None


def test_an_entry_of_the_web_build_is_found_with_the_styles_of_its_imports(tmp_path):
    from runtime.http.assets import WebBuild

    chunks = {
        "src/designer/index.js": {
            "file": "assets/designer-1.js",
            "name": "designer",
            "css": ["assets/d.css"],
            "imports": ["_c.js"],
        },
        "_c.js": {"file": "assets/c.js", "css": ["assets/c.css"], "imports": ["src/designer/index.js"]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(chunks))
    build = WebBuild(tmp_path / "manifest.json")
    for name in ("designer", "designer.js", "src/designer/index.js"):
        assert build.entry(name)["file"] == "assets/designer-1.js"
    assert build.styles("designer") == ["/designer/static/dist/assets/c.css", "/designer/static/dist/assets/d.css"]


def test_language_and_theme_are_kept(browser):
    clerk = browser("demo-clerk")
    assert clerk.post("/preferences", {"language": "ja", "theme": "dark", "next": "/inbox"}).headers["Location"] == "/inbox"
    clerk.get("/inbox")
    assert '<html lang="ja" dir="ltr" data-theme="dark">' in clerk.text
    assert "受信箱" in clerk.text


@pytest.mark.parametrize("fields", [{"language": "xx"}, {"theme": "<script>"}, {}])
def test_odd_preferences_change_nothing(browser, fields):
    clerk = browser("demo-clerk")
    assert clerk.post("/preferences", fields).status_code == 303
    clerk.get("/inbox")
    assert '<html lang="en" dir="ltr" data-theme="auto">' in clerk.text


def test_a_language_in_the_address_holds_and_is_kept(browser):
    visitor = browser()
    visitor.get("/sign-in?lang=ru")
    assert 'lang="ru"' in visitor.text
    visitor.get("/sign-in")
    assert 'lang="ru"' in visitor.text


def test_a_language_does_not_leak_into_the_next_request(browser):
    browser().get("/sign-in?lang=ru")
    visitor = browser()
    visitor.get("/sign-in")
    assert 'lang="en"' in visitor.text


def test_times_are_shown_in_the_zone_of_the_browser(browser, start):
    from datetime import UTC, datetime

    start(who="Demo", days=1, due=datetime(2031, 5, 1, 23, 0, tzinfo=UTC))
    clerk = browser("demo-clerk")
    clerk.client.set_cookie("ringi_zone", "Asia/Tokyo")
    clerk.get("/inbox?view=groups")
    assert "May 2, 2031 8:00" in clerk.text
    clerk.client.set_cookie("ringi_zone", "../../etc/passwd")
    clerk.get("/inbox?view=groups")
    assert "May 1, 2031 11:00" in clerk.text


def test_a_person_without_permissions_is_told_so(browser):
    guest = browser()
    guest.get("/sign-in")
    guest.post("/sign-in", {"user": "demo-guest", "password": "correct horse battery"})
    guest.get("/inbox")
    assert guest.page.status_code == 403
    assert "task.work" in guest.text
