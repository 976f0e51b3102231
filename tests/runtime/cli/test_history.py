"""`ringi history`: exports, read models, and how long ended instances are kept."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.access.actor import SYSTEM
from runtime.clock import Clock
from runtime.platform import Config, build
from tests.runtime.cli.conftest import Ringi
from tests.support.diagrams import diagram, line


@pytest.fixture
def history(data: Path) -> Path:
    """An installation in which one instance has ended ten days ago."""
    platform = build(Config(data_dir=data), packages=[], clock=Clock(offset=timedelta(days=-10)))
    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"quick.bpmn": diagram("quick", line())})
        platform.processes.start(work, "quick", {})
    platform.stop()
    return data


def test_an_export_goes_to_standard_output_or_into_a_file(ringi: Ringi, history: Path) -> None:
    lines = [json.loads(one) for one in ringi("history", "export", "--data", history).out.splitlines()]
    assert lines[0]["event"]["event"] == "ElementActivated"
    said = ringi("history", "export", "--data", history, "--format", "xes", "-o", "out.xes", "--json").data
    assert said == {"file": "out.xes", "bytes": Path("out.xes").stat().st_size}
    assert ringi("history", "export", "--data", history, "--json").code == 1
    assert ringi("history", "export", "--data", history, "-o", "no/such/folder").code == 1


def test_a_rebuild_tells_how_far_it_is(ringi: Ringi, history: Path) -> None:
    assert ringi("history", "rebuild", "--data", history).lines[-1] == "1 of 1 instance"
    assert ringi("history", "rebuild", "--data", history, "--json").data == {"instances": 1}


def test_what_is_kept_long_enough_goes_and_a_dry_run_tells_it_before(ringi: Ringi, history: Path) -> None:
    assert ringi("history", "clean", "--data", history, "--json").data["removed"] == []
    assert ringi("history", "keep", "quick", "P7D", "--why", "space", "--data", history).code == 0
    (foreseen,) = ringi("history", "clean", "--dry-run", "--data", history, "--json").data["removed"]
    assert (foreseen["process_id"], foreseen["rule"], foreseen["instances"]) == ("quick", "operator", 1)
    (removed,) = ringi("history", "clean", "--data", history, "--json").data["removed"]
    assert removed["instances"] == 1
    assert ringi("history", "export", "--data", history).out == ""


def test_keeping_wants_exactly_one_word_about_how_long(ringi: Ringi, history: Path) -> None:
    assert ringi("history", "keep", "quick", "--data", history).code == 1
    assert ringi("history", "keep", "quick", "P1D", "--for-ever", "--data", history).code == 1
    assert ringi("history", "keep", "quick", "soon", "--data", history).code == 1
    assert ringi("history", "keep", "quick", "--for-ever", "--data", history).code == 0
    assert ringi("history", "keep", "quick", "--as-the-diagram-says", "--data", history).code == 0
