"""The panel offers listeners where they run, and what they can listen to."""

from __future__ import annotations

import pytest

from engine.bpmn.listeners import TASK_EVENT_TYPES
from tests.support.canvas import PROCESS
from tests.support.desk import DESIGNER_READY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

ADD = """async ([type, group]) => {
  const get = (name) => document.getElementById('designer').modeler.get(name);
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const shape = get('elementFactory').createShape({type: `bpmn:${type}`});
  get('modeling').createShape(shape, {x: 600, y: 600}, get('canvas').getRootElement());
  get('selection').select(shape);
  await pause(100);
  const found = document.querySelector(`#designer-panel [data-group-id="group-${group}"]`);
  if (!found) return null;
  found.querySelector('.bio-properties-panel-add-entry').click();
  await pause(100);
  const headers = '.bio-properties-panel-group-header, .bio-properties-panel-collapsible-entry-header';
  for (const header of found.querySelectorAll(headers))
    if (!header.classList.contains('open')) header.click();
  await pause(100);
  return {
    events: [...found.querySelectorAll('select option')].map((option) => option.value),
    title: found.querySelector('.bio-properties-panel-collapsible-entry-header-title')?.textContent,
  };
}"""


def test_a_user_task_has_listeners_to_what_is_run(desk):
    page = desk.open(f"{PROCESS}?lang=ru", ready=DESIGNER_READY)
    found = page.evaluate(ADD, ["UserTask", "Zeebe__TaskListeners"])
    assert found["events"] == list(TASK_EVENT_TYPES)
    assert found["title"] == "Создание: <без типа>"


def test_tasks_and_gateways_have_execution_listeners_and_complex_gateways_none(desk):
    page = desk.open(PROCESS, ready=DESIGNER_READY)
    assert page.evaluate(ADD, ["ServiceTask", "Zeebe__ExecutionListeners"])["events"] == ["start", "end"]
    assert page.evaluate(ADD, ["ExclusiveGateway", "Zeebe__ExecutionListeners"])["events"] == []
    assert page.evaluate(ADD, ["ComplexGateway", "Zeebe__ExecutionListeners"]) is None
