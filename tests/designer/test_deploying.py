"""From a draft to a new version."""

from __future__ import annotations

import re

from tests.support.canvas import BROKEN, PROCESS, base_key, new_draft, send, text
from tests.support.diagrams import diagram, form, line, user_task
from tests.support.office import RESOURCE, SAMPLE, complete, deploy, start


def test_the_deployment_page_says_what_would_happen(office, analyst):
    start(office)
    made = new_draft(analyst, office)
    page = text(analyst.get(f"{made['url']}/deploy"))
    assert "Becomes version 2. New instances start on it." in page
    assert "1 running instance stays on its version." in page
    assert "version 1: 1" in page


def deploy_draft(analyst, made, **fields):
    page = text(analyst.get(f"{made['url']}/deploy"))
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    return analyst.post(f"{made['url']}/deploy", {"seen": seen, "note": "limit raised", **fields})


def test_deploying_makes_the_next_version_and_running_instances_stay_on_theirs(office, analyst):
    before = start(office)
    made = new_draft(analyst, office, SAMPLE.replace(b"1000", b"1200"))
    answer = deploy_draft(analyst, made)
    assert answer.headers["Location"] == PROCESS
    assert "Version 2 of Purchase request is deployed." in text(analyst.get(PROCESS))
    after = start(office)
    with office.database.read() as work:
        versions = [office.processes.instance(work, one).instance.version for one in (before, after)]
        rows = office.processes.definitions(work, process_id="purchase_request", latest=False)
    assert versions == [1, 2]
    assert rows[0]["why"] == "limit raised"
    assert rows[0]["deployed_by"] == "demo-analyst"
    assert analyst.get(made["url"]).status_code == 404


def test_the_files_of_the_deployment_go_along(office, analyst):
    xml = diagram("holiday", line(user_task("ask", form="holiday_form")))
    deploy(office, xml, holiday_form=form("holiday_form", "days"))
    base = base_key(office, "holiday")
    analyst.get("/designer/")
    made = send(analyst, "/designer/drafts", xml.replace(b"Ask", b"Ask politely"), base=base).json
    assert "1 file goes with it unchanged" in text(analyst.get(f"{made['url']}/deploy"))
    assert deploy_draft(analyst, made).status_code == 303
    with office.database.read() as work:
        files = office.processes.resources(work, office.processes.definition(work, "holiday").key)
    assert set(files) == {RESOURCE, "holiday_form.form"}
    assert b"Ask politely" in files[RESOURCE]


def test_a_diagram_with_errors_is_not_deployed_and_says_why(office, analyst):
    made = new_draft(analyst, office, BROKEN)
    page = analyst.get(f"{made['url']}/deploy")
    assert "disabled" in text(page)
    answer = deploy_draft(analyst, made)
    assert answer.status_code == 422
    assert "Mend them first; nothing was deployed." in text(answer)
    assert f"{made['url']}#element-Task_Order" in text(answer)
    with office.database.read() as work:
        assert office.processes.definition(work, "purchase_request").version == 1
    assert analyst.get(made["url"]).status_code == 200


def test_a_version_of_somebody_else_is_not_replaced_unseen(office, analyst):
    made = new_draft(analyst, office, SAMPLE.replace(b"1000", b"1200"))
    page = text(analyst.get(f"{made['url']}/deploy"))
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    deploy(office, SAMPLE.replace(b"1000", b"1500"))
    answer = analyst.post(f"{made['url']}/deploy", {"seen": seen})
    assert answer.status_code == 409
    assert "Somebody deployed another version meanwhile." in text(answer)
    assert "Your draft does not hold its changes." in text(answer)
    assert deploy_draft(analyst, made).status_code == 409
    assert deploy_draft(analyst, made, replace="yes").status_code == 303
    with office.database.read() as work:
        assert office.processes.definition(work, "purchase_request").version == 3


def test_what_a_draft_deploys_really_runs(office, analyst):
    made = new_draft(analyst, office, SAMPLE.replace(b"=amount &gt; 1000", b"=amount &gt; 5000"))
    assert deploy_draft(analyst, made).status_code == 303
    instance = start(office, 300)
    complete(office, instance)
    with office.database.read() as work:
        assert office.processes.instance(work, instance).instance.status == "completed"


def test_a_pool_that_is_only_drawn_is_no_process_to_deploy(office, analyst):
    pools = (
        '<bpmn:collaboration id="c"><bpmn:participant id="them" name="Customer" processRef="customer" />'
        '<bpmn:participant id="us" name="Shop" processRef="shop" /></bpmn:collaboration>'
        '<bpmn:process id="customer" isExecutable="false"><bpmn:task id="ask" name="Ask" /></bpmn:process>'
    )
    analyst.get("/designer/")
    made = send(analyst, "/designer/drafts", diagram("shop", line(user_task("answer")), outside=pools)).json
    page = text(analyst.get(f"{made['url']}/deploy"))
    assert "Is deployed for the first time, as version 1." in page
    assert page.count("as version 1.") == 1
    assert "Deploy Shop" in page
    assert deploy_draft(analyst, made).headers["Location"] == "/designer/processes/shop"
