"""Drafts as the canvas and the upload form use them."""

from __future__ import annotations

import io

import pytest

from tests.support.canvas import BROKEN, PROCESS, new_draft, send, text
from tests.support.diagrams import diagram, line, user_task
from tests.support.office import RESOURCE, SAMPLE, Person


def test_a_draft_is_saved_opened_and_listed(office, analyst):
    made = new_draft(analyst, office)
    changed = SAMPLE.replace(b"Check the request", b"Check it well")
    saved = send(analyst, f"/designer/drafts/{made['id']}", changed, revision=made["revision"]).json
    assert saved["revision"] == 2
    page = text(analyst.get(made["url"]))
    assert "Check it well" in page
    assert "Draft saved" in page
    assert made["url"] in text(analyst.get("/designer/"))
    assert "Go on with the draft" in text(analyst.get(PROCESS))
    assert analyst.get(f"{made['url']}/file").data == changed


def test_a_second_window_never_overwrites_a_draft(office, analyst):
    made = new_draft(analyst, office)
    send(analyst, made["url"], SAMPLE.replace(b"Order", b"Buy"), revision=1)
    late = send(analyst, made["url"], SAMPLE.replace(b"Order", b"Fetch"), revision=1)
    assert late.status_code == 409
    assert "another window" in late.json["detail"]
    assert b"Buy" in analyst.get(f"{made['url']}/file").data


def test_nobody_sees_the_drafts_of_another(office, app, analyst):
    made = new_draft(analyst, office)
    admin = Person(app, "demo-admin")
    assert admin.get(made["url"]).status_code == 404
    assert made["id"] not in text(admin.get("/designer/"))
    admin.get("/designer/")
    assert send(admin, made["url"], SAMPLE, revision=1).status_code == 404
    assert admin.post(f"{made['url']}/discard").status_code == 404


def test_a_draft_is_discarded(office, analyst):
    made = new_draft(analyst, office)
    analyst.get("/designer/")
    assert analyst.post(f"{made['url']}/discard").status_code == 303
    assert "The draft of Purchase request is discarded." in text(analyst.get("/designer/"))
    assert analyst.get(made["url"]).status_code == 404


def test_a_file_from_the_computer_becomes_a_draft_of_its_process(office, analyst):
    analyst.get("/designer/")
    answer = analyst.post("/designer/upload", {"xml": (io.BytesIO(BROKEN), r"C:\Temp\mine.xml")})
    assert answer.status_code == 303
    page = text(analyst.get(answer.headers["Location"]))
    assert "1 error" in page
    assert f'"resource": "{RESOURCE}"' in page


def test_an_uploaded_file_of_a_new_process_keeps_its_name(analyst):
    analyst.get("/designer/")
    xml = diagram("brand_new", line(user_task("t")))
    answer = analyst.post("/designer/upload", {"xml": (io.BytesIO(xml), "my process.xml")})
    assert '"resource": "my process.bpmn"' in text(analyst.get(answer.headers["Location"]))


@pytest.mark.parametrize("content", [b"", b"hello", b"<x/>"])
def test_a_file_that_is_no_diagram_is_refused_with_words(analyst, content):
    analyst.get("/designer/")
    answer = analyst.post("/designer/upload", {"xml": (io.BytesIO(content), "x.bpmn")})
    assert answer.status_code == 422
    assert "BPMN" in text(answer)
