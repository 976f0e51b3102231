"""The diagrams that come with Ringi open on the canvas, and what the canvas saves still passes the engine's check."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.api import Severity, check_resources
from runtime.http.instances.outline import items_by_id, read_outline
from tests.support.canvas import PROCESS
from tests.support.desk import DESIGNER_READY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
FOLDERS = ("processes", "examples", "docs/elements", "tests/conformance/patterns")
FILES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.bpmn"))

SAVE = """async (xml) => {
  const modeler = document.getElementById('designer').modeler;
  const {warnings} = await modeler.importXML(xml);
  const saved = await modeler.saveXML({format: true});
  return {xml: saved.xml, warnings: warnings.map((warning) => warning.message)};
}"""


def findings(file: Path, content: bytes) -> set[tuple[str, str | None]]:
    """Codes and elements of the errors in a diagram among the files of its folder."""
    together = {one.name: one.read_bytes() for one in file.parent.iterdir() if one.suffix in {".bpmn", ".dmn", ".form"}}
    checked = check_resources({**together, file.name: content})
    return {(one.code, one.element) for one in checked.problems if one.severity is Severity.ERROR and one.resource == file.name}


def test_they_open_without_a_warning_and_saving_changes_nothing_that_runs(desk):
    if not FILES:
        pytest.skip("no diagrams are shipped in processes/ and examples/")
    page = desk.open(PROCESS, ready=DESIGNER_READY)
    for file in FILES:
        before = file.read_bytes()
        saved = page.evaluate(SAVE, before.decode())
        assert saved["warnings"] == [], file.name
        after = saved["xml"].encode()
        assert set(items_by_id(read_outline(after))) == set(items_by_id(read_outline(before))), file.name
        assert findings(file, after) == findings(file, before), file.name
    page.evaluate("() => { document.getElementById('designer').modeler.clear(); }")
