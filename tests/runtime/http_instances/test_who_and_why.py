"""Whatever a person does to an instance stands in its journal, with who and why, in their words and in every language."""

from __future__ import annotations

import re

import pytest

from runtime.access.actor import SYSTEM
from tests.runtime.http_instances.test_pages import words
from tests.support.office import SAMPLE, deploy, start

WHY = "the auditor asked for it"
HEADLINES = {
    "cancel": ("Cancelled", "取り消し済み", "Отменён"),
    "suspend": ("Suspended", "一時停止中", "Приостановлен"),
    "resume": ("Resumed", "再開", "Возобновлён"),
    "variables": ("Changed variables", "変数を変更", "Изменены переменные"),
    "modify": ("Moved tokens", "トークンを移動", "Токены перемещены"),
    "migrate": ("Migrated to another version", "別のバージョンに移行", "Перенесён на другую версию"),
    "claim": ("Demo Admin has the task", "Demo Admin がタスクを担当", "Задача у Demo Admin"),
    "hand-over": (
        "Task handed over to Demo Analyst",
        "タスクを Demo Analyst に引き継ぎ",
        "Задача передана (Demo Analyst)",
    ),
}


def order(admin, method, path, **body):
    admin.get("/inbox")
    headers = {"X-CSRF-Token": admin.token}
    answer = admin.client.open(f"/api/v1{path}", method=method, headers=headers, json={"reason": WHY, **body})
    assert answer.status_code in {201, 204}, answer.get_data(as_text=True)
    return answer


def operate(office, admin, instance, what):
    """Do one of HEADLINES over the API."""
    with office.database.read(SYSTEM) as work:
        detail = office.processes.instance(work, instance)
    path, task = f"/process-instances/{instance}", f"/user-tasks/{detail.tasks[0].id}"
    token = next(one.key for one in detail.elements if one.element == "Task_Check")
    if what == "resume":
        order(admin, "POST", f"{path}/suspend")
    elif what == "migrate":
        deploy(office, SAMPLE.replace(b"Check the request", b"Look at it"))
    method, address, body = {
        "variables": ("PATCH", f"{path}/variables", {"variables": {"x": 1}}),
        "modify": ("POST", f"{path}/modify", {"move": [{"element_instance": token, "element": "Gateway_Amount"}]}),
        "claim": ("POST", f"{task}/claim", {}),
        "hand-over": ("POST", f"{task}/hand-over", {"user": "demo-analyst"}),
    }.get(what, ("POST", f"{path}/{what}", {}))
    order(admin, method, address, **body)


@pytest.mark.parametrize("what", HEADLINES)
def test_the_journal_tells_who_did_it_and_why(office, admin, what):
    instance = start(office)
    operate(office, admin, instance, what)
    for language, headline in zip(("en", "ja", "ru"), HEADLINES[what], strict=True):
        admin.client.set_cookie("ringi_language", language)
        page = words(admin.get(f"/instances/{instance}"))
        assert re.search(rf"Demo Admin [^–]*{re.escape(headline)}[^–]* – {WHY}", page), (language, page)
    with office.database.read(SYSTEM) as work:
        line = office.processes.journal(work, instance)[-1]
    assert (line.actor, line.actor_name, line.why) == ("demo-admin", "Demo Admin", WHY)


def test_a_resolved_incident_tells_who_and_why(office, admin, stuck):
    with office.database.read(SYSTEM) as work:
        (incident,) = office.processes.incidents(work, stuck)
    admin.get("/inbox")
    body = {"variables": {"order": {"amount": 5}}, "why": WHY}
    headers = {"X-CSRF-Token": admin.token}
    admin.client.post(f"/api/v1/incidents/{incident.id}/resolve", headers=headers, json=body)
    assert f"Tried again – {WHY}" in words(admin.get(f"/instances/{stuck}"))


def test_a_restarted_instance_tells_who_and_why(office, admin):
    instance = start(office)
    order(admin, "POST", f"/process-instances/{instance}/cancel")
    made = order(admin, "POST", f"/process-instances/{instance}/restart", at=["Task_Check"]).json["id"]
    assert f"Started – {WHY}" in words(admin.get(f"/instances/{made}"))
