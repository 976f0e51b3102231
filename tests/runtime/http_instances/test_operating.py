"""What operators do to instances on the pages: shown first, then done, with the reason in the journal; without scripts."""

from __future__ import annotations

import re

from tests.runtime.http_instances.test_pages import data_of, text, words
from tests.support.office import SAMPLE, complete, deploy


def token(answer, name):
    """The field of a token on the page."""
    return re.search(rf'<label for="token-(\d+)">{name}', text(answer))[1]


def operate(admin, instance, operation, do, **fields):
    admin.get(f"/instances/{instance}/operate/{operation}")
    return admin.post(f"/instances/{instance}/operate/{operation}", {"do": do, **fields})


def last_line(office, instance):
    with office.database.read() as work:
        return office.processes.journal(work, instance)[-1]


def test_the_page_of_an_instance_offers_what_fits_its_status(office, admin, instance):
    page = words(admin.get(f"/instances/{instance}"))
    for offered in ("Suspend", "Move tokens", "Set variables", "Migrate to another version"):
        assert offered in page
    assert "Start again from a point" not in page
    complete(office, instance)
    assert "Start again from a point" in words(admin.get(f"/instances/{instance}"))


def test_an_instance_is_suspended_and_resumed_with_the_reason_in_the_journal(office, admin, instance):
    assert "The instance is suspended then." in words(admin.get(f"/instances/{instance}/operate/suspend"))
    assert operate(admin, instance, "suspend", "act", reason="audit").status_code == 303
    assert "The instance is suspended." in words(admin.get(f"/instances/{instance}"))
    line = last_line(office, instance)
    assert (line.command, line.actor, line.why) == ("SuspendInstance", "demo-admin", "audit")
    assert "The instance runs then." in words(admin.get(f"/instances/{instance}/operate/resume"))
    assert operate(admin, instance, "resume", "act", reason="audit is over").status_code == 303
    assert last_line(office, instance).why == "audit is over"
    answer = operate(admin, instance, "resume", "preview")
    assert "not suspended" in words(answer)


def test_what_cancelling_ends_is_shown_before_it_is_done(office, admin, instance):
    admin.get(f"/instances/{instance}")
    shown = words(admin.get(f"/instances/{instance}/operate/cancel"))
    assert "Ends Purchase request (Process) Check the request (User task)" in shown
    assert operate(admin, instance, "cancel", "act", reason="ordered twice").status_code == 303
    assert "Cancelled – ordered twice" in words(admin.get(f"/instances/{instance}"))


def test_nothing_is_done_without_a_reason(office, admin, instance):
    answer = operate(admin, instance, "suspend", "act", reason=" ")
    assert answer.status_code == 422
    assert "Say why" in words(answer)
    assert last_line(office, instance).command == "StartInstance"


def test_moving_a_token_is_shown_on_the_diagram_before_it_is_done(office, admin, instance):
    page = admin.get(f"/instances/{instance}/operate/modify")
    field = f"token:{token(page, 'Check the request')}"
    shown = operate(admin, instance, "modify", "preview", **{field: "to:Task_Order", "reason": "checked by phone"})
    assert "What would happen" in words(shown)
    marks = {one["id"]: one for one in data_of(shown)["elements"]}
    assert marks["Task_Check"]["ends"] == 1
    assert 'value="checked by phone"' in text(shown), "what was typed stays"
    assert last_line(office, instance).command == "StartInstance", "nothing is done yet"
    done = operate(
        admin, instance, "modify", "act", **{field: "to:Task_Order", "variables": "{order: {amount: 5}}", "reason": "by phone"}
    )
    assert done.status_code == 303
    assert last_line(office, instance).command == "ModifyInstance"


def test_what_cannot_be_moved_is_told_with_the_reason(admin, instance):
    assert "Say which token" in words(operate(admin, instance, "modify", "preview"))
    refused = operate(admin, instance, "modify", "preview", begin="Nowhere")
    assert "has no element" in words(refused)


def test_variables_are_set_in_a_scope(office, admin, instance):
    page = admin.get(f"/instances/{instance}/operate/variables")
    scope = re.search(r'<option value="(\d+)">Check the request', text(page))[1]
    fields = {"scope": scope, "variables": "{note: 7}", "reason": "asked for"}
    assert "No token moves." in words(operate(admin, instance, "variables", "preview", **fields))
    assert operate(admin, instance, "variables", "act", **fields).status_code == 303
    assert "Only at Check the request note 7" in words(admin.get(f"/instances/{instance}"))
    assert "There is none yet" in words(operate(admin, instance, "variables", "preview", variables=""))
    assert "FEEL context" in words(operate(admin, instance, "variables", "act", variables="{a:", reason="x"))


def test_an_incident_is_resolved_with_changed_variables_after_a_look(office, admin, stuck):
    with office.database.read() as work:
        (incident,) = office.processes.incidents(work, stuck)
    fields = {"incident": incident.id, "variables": "{order: {amount: 400}}", "reason": "the limit was wrong"}
    assert "What would happen" in words(operate(admin, stuck, "resolve", "preview", **fields))
    assert operate(admin, stuck, "resolve", "act", **fields).status_code == 303
    assert "Tried again. What happened stands in the journal." in words(admin.get(f"/instances/{stuck}"))
    with office.database.read() as work:
        journal = office.processes.journal(work, stuck)
    assert [line.why for line in journal if line.command == "ResolveIncident"] == ["the limit was wrong"]


def test_an_ended_instance_starts_again_from_a_point(office, admin, instance):
    complete(office, instance)
    shown = operate(admin, instance, "restart", "preview", at="Task_Check")
    assert "Begins Purchase request (Process)" in words(shown)
    done = operate(admin, instance, "restart", "act", at="Task_Check", reason="delivered twice")
    assert done.status_code == 303
    made = done.headers["Location"].rpartition("/")[2]
    assert made != instance
    assert "delivered twice" in words(admin.get(f"/instances/{made}"))
    assert "Name at least one element" in words(operate(admin, instance, "restart", "preview"))


def test_an_instance_is_migrated_after_a_dry_run(office, admin, instance):
    assert "There is no other version" in words(admin.get(f"/instances/{instance}/migrate"))
    deploy(office, SAMPLE.replace(b'name="Check the request"', b'name="Look at the request"'))
    admin.get(f"/instances/{instance}/migrate")
    shown = admin.post(f"/instances/{instance}/migrate", {"version": "2", "do": "preview"})
    assert "Safe: every element can go on." in words(shown)
    marks = {one["id"]: one["change"] for one in data_of(shown)["elements"]}
    assert marks["Task_Check"] == "will stand here: 1"
    assert admin.post(f"/instances/{instance}/migrate", {"version": "2", "do": "act"}).status_code == 422
    done = admin.post(f"/instances/{instance}/migrate", {"version": "2", "do": "act", "reason": "new wording"})
    assert done.status_code == 303
    page = words(admin.get(f"/instances/{instance}"))
    assert "version 2" in page
    assert "Migrated to another version – new wording" in page


def test_an_element_that_is_gone_needs_a_mapping(office, admin, instance):
    deploy(office, SAMPLE.replace(b"Task_Check", b"Task_Look"))
    admin.get(f"/instances/{instance}/migrate")
    shown = admin.post(f"/instances/{instance}/migrate", {"version": "2", "do": "preview"})
    assert "Needs a mapping" in words(shown)
    assert 'value="act"' not in text(shown), "it cannot be done yet"
    mapped = {"version": "2", "map:Task_Check": "Task_Look", "do": "preview"}
    assert "Safe: every element can go on." in words(admin.post(f"/instances/{instance}/migrate", mapped))
    wrong = {"version": "2", "map:Task_Check": "Task_Order", "do": "preview"}
    answer = admin.post(f"/instances/{instance}/migrate", wrong)
    assert "Refused: something is in the way." in words(answer)
    assert "cannot become" in words(answer)
    act = admin.post(f"/instances/{instance}/migrate", {"version": "2", "do": "act", "reason": "x"})
    assert act.status_code == 409


def test_only_who_may_operate_gets_there(guest, instance):
    for path in ("operate/modify", "operate/restart", "migrate"):
        assert guest.get(f"/instances/{instance}/{path}").status_code == 403
    assert guest.post(f"/instances/{instance}/operate/suspend", {"do": "act", "reason": "x"}).status_code == 403


def test_an_operation_that_does_not_exist_is_not_found(admin, instance):
    assert admin.get(f"/instances/{instance}/operate/explode").status_code == 404
