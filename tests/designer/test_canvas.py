"""The canvas in a real browser: drawing, the check on the elements, drafts, deployment."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.api import check_resources
from tests.support.canvas import BROKEN, PROCESS
from tests.support.desk import DESIGNER_READY
from tests.support.drawing_board import PANEL, choose, open_group, press, rename, row, shape, xml_of
from tests.support.office import SAMPLE, deploy, start

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def canvas(desk):
    """The demo process on the canvas."""
    return desk.open(PROCESS, ready=DESIGNER_READY)


def test_outline_canvas_and_panel_show_the_same_element(canvas):
    choose(canvas, "Task_Check")
    expect(canvas.locator(f"{PANEL} .bio-properties-panel-header-label")).to_have_text("Check the request")
    shape(canvas, "Task_Order").click()
    expect(row(canvas, "Task_Order")).to_have_attribute("aria-current", "true")
    expect(row(canvas, "Task_Check")).not_to_have_attribute("aria-current", "true")


def test_the_outline_is_walked_by_keyboard_and_enter_leads_into_the_panel(canvas):
    row(canvas, "Task_Check").focus()
    canvas.keyboard.press("ArrowDown")
    expect(row(canvas, "Event_Late")).to_be_focused()
    expect(canvas.locator(f"{PANEL} .bio-properties-panel-header-label")).to_have_text("Two hours")
    canvas.keyboard.press("End")
    expect(row(canvas, "End_Reminded")).to_be_focused()
    canvas.keyboard.press("Home")
    canvas.keyboard.press("ArrowDown")
    canvas.keyboard.press("Enter")
    expect(canvas.locator("#bio-properties-panel-name")).to_be_focused()


def test_a_mistake_shows_on_its_element_while_editing_and_goes_when_it_is_mended(canvas):
    choose(canvas, "Task_Order")
    open_group(canvas, "Input mapping")
    canvas.locator(f"{PANEL} .bio-properties-panel-collapsible-entry-header").first.click()
    editor = canvas.locator(f"{PANEL} .cm-content").first
    editor.click()
    canvas.keyboard.press("End")
    canvas.keyboard.type(" +")
    expect(canvas.locator("#designer-count")).to_have_text("1 error")
    expect(canvas.locator(".djs-overlays[data-container-id=Task_Order] .problem-badge-error")).to_be_visible()
    expect(row(canvas, "Task_Order").locator(".badge-error")).to_have_text("1 error")
    choose(canvas, "Task_Check")
    canvas.locator("#designer-problems a[data-problem-element]").click()
    expect(canvas.locator(f"{PANEL} .bio-properties-panel-header-label")).to_have_text("Order")
    canvas.locator("#designer-undo").click()
    expect(canvas.locator("#designer-count")).to_have_text("No problems")
    expect(canvas.locator(".problem-badge")).to_have_count(0)


def test_the_mark_on_an_element_leads_to_its_row_in_the_list(desk, office):
    page = desk.open("/designer/", ready="#upload-file")
    page.set_input_files("#upload-file", {"name": "mine.bpmn", "mimeType": "application/xml", "buffer": BROKEN})
    page.get_by_role("button", name="Open it").click()
    page.wait_for_selector(DESIGNER_READY, state="attached")
    page.locator(".problem-badge").click()
    expect(page.locator("#designer-problems a[data-problem-element=Task_Order]")).to_be_focused()


def test_a_change_is_saved_by_itself_and_survives_a_reload(canvas):
    rename(canvas, "Task_Check", "Check it well")
    expect(canvas.locator("#designer-status")).to_contain_text("Draft saved")
    assert "/designer/drafts/" in canvas.url
    canvas.reload()
    canvas.wait_for_selector(DESIGNER_READY, state="attached")
    expect(row(canvas, "Task_Check")).to_contain_text("Check it well")
    assert "Check it well" in xml_of(canvas)


def test_ctrl_s_saves_at_once_on_a_russian_keyboard(canvas):
    rename(canvas, "Task_Check", "Check it now")
    canvas.evaluate(
        "document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {code: 'KeyS', key: 'ы', ctrlKey: true, bubbles: true, cancelable: true}))"
    )
    expect(canvas.locator("#designer-status")).to_contain_text("Draft saved", timeout=1200)


def test_two_windows_never_overwrite_each_other(desk, canvas):
    rename(canvas, "Task_Check", "First")
    expect(canvas.locator("#designer-status")).to_contain_text("Draft saved")
    other = canvas.context.new_page()
    other.goto(canvas.url)
    other.wait_for_selector(DESIGNER_READY, state="attached")
    rename(other, "Task_Check", "Second")
    expect(other.locator("#designer-status")).to_contain_text("Draft saved")
    rename(canvas, "Task_Order", "Third")
    conflict = canvas.locator("#designer-conflict")
    expect(conflict).to_be_visible()
    canvas.get_by_role("button", name="Keep this one as a draft of its own").click()
    expect(canvas.locator("#designer-status")).to_contain_text("Draft saved")
    expect(conflict).to_be_hidden()
    assert canvas.url != other.url
    other.reload()
    other.wait_for_selector(DESIGNER_READY, state="attached")
    assert "Second" in xml_of(other)
    assert "Third" not in xml_of(other)
    assert [line.split(":")[0] for line in desk.watched[0].trouble] == ["409", "console"]
    desk.watched[0].trouble.clear()


def test_a_server_that_does_not_answer_loses_nothing(desk, canvas):
    canvas.context.set_offline(True)
    rename(canvas, "Task_Check", "Offline")
    expect(canvas.locator("#designer-status")).to_contain_text("The server does not answer")
    canvas.context.set_offline(False)
    expect(canvas.locator("#designer-status")).to_contain_text("Draft saved", timeout=15_000)
    desk.watched[0].trouble.clear()


def test_an_element_is_appended_by_keyboard_also_on_a_russian_layout(canvas):
    shape(canvas, "Task_Check").click()
    press(canvas, "KeyA", "ф")
    search = canvas.locator(".djs-popup input")
    expect(search).to_be_focused()
    canvas.keyboard.type("service")
    canvas.keyboard.press("Enter")
    expect(canvas.locator("#designer-outline")).to_contain_text("Service task")
    assert xml_of(canvas).count("<bpmn:serviceTask") == 2


def test_menus_offer_what_the_engine_runs_and_nothing_else(canvas):
    shape(canvas, "Gateway_Amount").click()
    press(canvas, "KeyR", "r")
    menu = canvas.locator(".djs-popup")
    for offered in ("Parallel gateway", "Inclusive gateway", "Complex gateway"):
        expect(menu).to_contain_text(offered)
    canvas.keyboard.press("Escape")
    shape(canvas, "Task_Order").click()
    press(canvas, "KeyR", "r")
    expect(menu).to_contain_text("Business rule task")
    expect(canvas.locator(".djs-popup [data-id=toggle-loop]")).to_have_count(0)
    expect(canvas.locator(".djs-popup [data-id=toggle-parallel-mi]")).to_have_count(1)


def test_a_new_user_task_is_one_of_the_inbox(canvas):
    shape(canvas, "Task_Order").click()
    press(canvas, "KeyR", "r")
    canvas.locator(".djs-popup .entry", has_text="User task").click()
    saved = xml_of(canvas)
    assert saved.count("<zeebe:userTask") == 3


def test_the_diagram_is_deployed_and_running_instances_stay(desk, office):
    start(office)
    page = desk.open(PROCESS, ready=DESIGNER_READY)
    rename(page, "Task_Check", "Check it well")
    page.get_by_role("button", name="Deploy …").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deploy Purchase request")
    expect(page.locator("main")).to_contain_text("1 running instance stays on its version.")
    page.get_by_label("What changed and why").fill("clearer name")
    page.get_by_role("button", name="Deploy").click()
    page.wait_for_selector(DESIGNER_READY, state="attached")
    expect(page.locator("main")).to_contain_text("Version 2 of Purchase request is deployed.")
    expect(row(page, "Task_Check")).to_contain_text("Check it well")


def test_what_was_deployed_unchanged_can_still_be_deployed_from_the_canvas(canvas):
    canvas.get_by_role("button", name="Deploy …").click()
    expect(canvas.get_by_role("heading", level=1)).to_have_text("Deploy Purchase request")


def test_the_download_is_what_is_on_the_canvas(canvas, tmp_path):
    rename(canvas, "Task_Check", "Only here")
    with canvas.expect_download() as download:
        canvas.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "purchase_request.bpmn"
    content = download.value.path().read_bytes()
    assert b"Only here" in content
    assert check_resources({"purchase_request.bpmn": content}).ok


def test_side_panels_give_their_room_to_the_canvas(canvas):
    before = canvas.locator("#designer-canvas").bounding_box()["width"]
    canvas.get_by_role("button", name="Outline").click()
    canvas.get_by_role("button", name="Properties").click()
    expect(canvas.locator("#designer-outline")).to_be_hidden()
    assert canvas.locator("#designer-canvas").bounding_box()["width"] > before + 500


def test_a_link_to_an_element_selects_it(desk):
    page = desk.open(f"{PROCESS}#element-Rule_Limit", ready=DESIGNER_READY)
    expect(page.locator(f"{PANEL} .bio-properties-panel-header-label")).to_have_text("Approve by rule")


def test_a_diagram_without_drawing_says_so_and_keeps_its_outline(desk, office):
    bare = SAMPLE[: SAMPLE.index(b"<bpmndi:BPMNDiagram")] + b"</bpmn:definitions>"
    deploy(office, bare)
    page = desk.open(PROCESS, ready=".designer-failure")
    expect(page.locator(".designer-failure")).to_contain_text("This diagram cannot be drawn.")
    expect(row(page, "Task_Check")).to_be_visible()


def test_the_keys_of_the_canvas_are_told(canvas):
    canvas.get_by_role("button", name="Keys of the canvas").click()
    keys = canvas.get_by_role("dialog", name="Keys of the canvas")
    expect(keys).to_contain_text("Append an element to the selected one")
    canvas.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    shape(canvas, "Task_Check").click()
    press(canvas, "KeyE", "у")
    expect(canvas.locator(".djs-direct-editing-content")).to_be_focused()


def test_the_diagram_is_searched(canvas):
    shape(canvas, "Task_Check").click()
    canvas.keyboard.press("Control+f")
    canvas.keyboard.type("Note the")
    canvas.keyboard.press("Enter")
    expect(row(canvas, "Task_Remind")).to_have_attribute("aria-current", "true")


MAKE = """([type, kind]) => {
  const modeler = document.getElementById('designer').modeler;
  const what = {type: `bpmn:${type}`, ...(kind ? {eventDefinitionType: `bpmn:${kind}EventDefinition`} : {})};
  const shape = modeler.get('elementFactory').createShape(what);
  const root = modeler.get('canvas').getRootElement();
  const made = modeler.get('modeling').createShape(shape, {x: 300, y: 700}, root);
  modeler.get('selection').select(made);
  return made.id;
}"""


def write_condition(page, text):
    open_group(page, "Condition")
    editor = page.locator(f"{PANEL} .cm-content").first
    editor.click()
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def test_a_conditional_event_is_completed_in_the_panel(canvas):
    canvas.evaluate(MAKE, ["IntermediateCatchEvent", "Conditional"])
    write_condition(canvas, "amount > 10")
    expect(canvas.locator(f"{PANEL} #bio-properties-panel-variableNames")).to_be_visible()
    expect(canvas.locator(f"{PANEL} [data-entry-id=variableEvents]")).to_have_count(0)
    canvas.wait_for_function(
        "async () => (await document.getElementById('designer').modeler.saveXML()).xml.includes('=amount')"
    )
    assert ">=amount &gt; 10</bpmn:condition>" in xml_of(canvas)


def test_a_complex_gateway_and_its_flows_are_completed_in_the_panel(canvas):
    canvas.evaluate(MAKE, ["ComplexGateway", None])
    write_condition(canvas, "activationCount >= 2")
    canvas.wait_for_function("async () => (await document.getElementById('designer').modeler.saveXML()).xml.includes('=activ')")
    assert ">=activationCount &gt;= 2</bpmn:activationCondition>" in xml_of(canvas)
    canvas.evaluate(
        """() => {
          const modeler = document.getElementById('designer').modeler;
          const gateway = modeler.get('selection').get()[0];
          const task = modeler.get('modeling').appendShape(gateway, {type: 'bpmn:Task'});
          modeler.get('selection').select(task.incoming[0]);
        }"""
    )
    write_condition(canvas, "amount > 5")
    canvas.wait_for_function(
        "async () => (await document.getElementById('designer').modeler.saveXML()).xml.includes('=amount')"
    )
    assert ">=amount &gt; 5</bpmn:conditionExpression>" in xml_of(canvas)


def test_an_event_sub_process_can_begin_with_a_condition_or_an_error(canvas):
    names = canvas.evaluate(
        """() => {
          const modeler = document.getElementById('designer').modeler;
          const root = modeler.get('canvas').getRootElement();
          const what = {type: 'bpmn:SubProcess', triggeredByEvent: true, isExpanded: true};
          const [factory, modeling, menu] = ['elementFactory', 'modeling', 'popupMenu'].map((name) => modeler.get(name));
          const sub = modeling.createShape(factory.createShape(what), {x: 400, y: 800}, root);
          const start = modeling.createShape(factory.createShape({type: 'bpmn:StartEvent'}), {x: 350, y: 800}, sub);
          return Object.keys(menu._getEntries(start, menu._getProviders('bpmn-replace')));
        }"""
    )
    assert {"replace-with-conditional-start", "replace-with-error-start", "replace-with-non-interrupting-signal-start"} <= {
        *names
    }
    assert "replace-with-compensation-start" not in names
