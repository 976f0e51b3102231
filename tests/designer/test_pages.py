"""The designer's pages over HTTP, as a browser without scripts sees them."""

from __future__ import annotations

import io
import re

import pytest

from tests.support.canvas import BROKEN, PROCESS, new_draft, text
from tests.support.office import RESOURCE, SAMPLE, deploy, start


def test_the_list_shows_each_process_with_its_latest_version_and_running_instances(office, analyst):
    start(office)
    deploy(office, SAMPLE.replace(b"1000", b"1200"))
    start(office)
    page = text(analyst.get("/designer/"))
    assert "Purchase request" in page
    assert 'aria-label="Version 2; show all versions"' in page
    assert re.search(r'href="/instances\?process=purchase_request&amp;status=active">2<', page)


def test_the_versions_say_when_by_whom_why_and_what_still_runs_on_them(office, analyst):
    start(office)
    deploy(office, SAMPLE.replace(b"1000", b"1200"))
    page = text(analyst.get(f"{PROCESS}/versions"))
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)[1:]
    assert ["Version 2" in rows[0], "Version 1" in rows[1]] == [True, True]
    assert "for tests" in rows[0]
    assert re.search(r'data-label="Running instances">1<', rows[1])


def test_a_version_is_downloaded_as_it_was_deployed(office, analyst):
    deploy(office, SAMPLE.replace(b"1000", b"1200"))
    answer = analyst.get(f"{PROCESS}/1/file")
    assert answer.data == SAMPLE
    assert answer.headers["Content-Disposition"] == f"attachment; filename={RESOURCE}"


def test_opening_an_old_version_tells_that_there_is_a_newer_one(office, analyst):
    deploy(office, SAMPLE.replace(b"1000", b"1200"))
    page = text(analyst.get(f"{PROCESS}?version=1"))
    assert "This is from version 1. Version 2 is deployed meanwhile." in page


def test_the_editor_is_useful_before_any_script_runs(analyst):
    page = text(analyst.get(PROCESS))
    assert 'id="element-Task_Check"' in page
    assert "The check found no problems." in page
    assert "Drawing needs scripts" in page


def test_the_editor_page_allows_inline_styles_and_still_no_foreign_script(analyst):
    policy = analyst.get(PROCESS).headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy
    assert "'unsafe-inline'" not in analyst.get("/designer/").headers["Content-Security-Policy"]


def test_the_data_of_the_page_cannot_break_out_of_its_script_element(office, analyst):
    name = b"&lt;/script&gt;&lt;script&gt;alert(1)"
    deploy(office, SAMPLE.replace(b'name="Purchase request"', b'name="' + name + b'"'))
    page = text(analyst.get(PROCESS))
    assert "</script><script>alert" not in page
    assert page.count("</script>") == page.count("<script")


def test_a_new_process_is_drawn_from_a_start_event_and_passes_the_check(analyst):
    page = text(analyst.get("/designer/new?name=Sick+leave"))
    assert '"resource": "sick_leave.bpmn"' in page
    assert "Not deployed yet" in page


@pytest.mark.parametrize("name", ["休暇申請", "Отпуск", "!!!", "3 steps"])
def test_a_name_without_latin_letters_gets_a_random_id(analyst, name):
    page = text(analyst.get("/designer/new", query_string={"name": name}))
    assert re.search(r'"resource": "process_[0-9a-f]{8}\.bpmn"', page)


def test_a_name_with_markup_stays_a_name(analyst):
    page = text(analyst.get("/designer/new", query_string={"name": '<b>"x"&'}))
    assert "<h1>&lt;b&gt;&#34;x&#34;&amp;</h1>" in page


@pytest.mark.parametrize("path", ["/designer/", PROCESS, f"{PROCESS}/versions", "/designer/new"])
def test_people_without_the_permission_do_not_get_in(guest, path):
    assert guest.get(path).status_code == 403


def test_a_request_from_another_site_is_refused(office, analyst):
    analyst.get(PROCESS)
    answer = analyst.client.post("/designer/drafts", data={"xml": (io.BytesIO(SAMPLE), "x.bpmn")})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/designer/processes/nothing", f"{PROCESS}?version=9", f"{PROCESS}/9/file", "/designer/drafts/none"]
)
def test_what_does_not_exist_is_not_found(analyst, path):
    assert analyst.get(path).status_code == 404


def test_built_files_are_kept_for_ever_and_packed(analyst, tmp_path, monkeypatch):
    from designer.views import files

    assets = tmp_path / "dist/assets"
    assets.mkdir(parents=True)
    (assets / "designer-abc.js").write_text("plain")
    (assets / "designer-abc.js.gz").write_bytes(b"packed")
    monkeypatch.setattr(files, "STATIC", tmp_path)
    path = "/designer/static/dist/assets/designer-abc.js"
    plain = analyst.client.get(path)
    packed = analyst.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (plain.data, packed.data) == (b"plain", b"packed")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == plain.mimetype == "text/javascript"
    assert "immutable" in plain.headers["Cache-Control"]
    assert analyst.client.get("/designer/static/../../pyproject.toml").status_code == 404


@pytest.mark.parametrize("language", ["ja", "ru"])
def test_the_pages_speak_the_users_language(office, analyst, language):
    made = new_draft(analyst, office, BROKEN)
    for path in ("/designer/", PROCESS, made["url"], f"{made['url']}/deploy", f"{PROCESS}/versions"):
        page = text(analyst.get(f"{path}?lang={language}"))
        assert f'<html lang="{language}"' in page
        assert "Designer" not in re.sub(r"<[^>]*>", " ", page)


def test_a_server_without_the_web_build_says_what_to_do(app, analyst):
    app.jinja_env.globals["asset"] = lambda name: "" if name == "designer" else f"/static/{name}"
    page = text(analyst.get(PROCESS))
    assert "python -m designer.build" in page
    assert 'src=""' not in page
