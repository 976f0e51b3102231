"""`ringi deployments`: what was deployed, its files, and the way back to it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.runtime.cli.conftest import Ringi
from tests.support.diagrams import diagram, line, user_task


def test_a_list_an_archive_and_the_way_back(ringi: Ringi, data: Path) -> None:
    file = Path("desk.bpmn")
    for task in ("first", "second"):
        file.write_bytes(diagram("desk", line(user_task(task))))
        assert ringi("deploy", file, "--data", data).code == 0
    second, first = ringi("deployments", "list", "--data", data, "--json").data
    assert (first["definitions"][0]["version"], first["files"]) == (1, ["desk.bpmn"])
    assert second["id"] in ringi("deployments", "list", "--process", "desk", "--data", data).out
    assert ringi("deployments", "download", first["id"], "-o", "old.zip", "--data", data).code == 0
    assert zipfile.ZipFile("old.zip").namelist() == ["desk.bpmn"]
    done = ringi("deployments", "roll-back", first["id"], "--why", "too early", "--data", data, "--json").data
    assert done["processes"] == [{"process_id": "desk", "version": 3, "name": "Desk"}]
    assert ringi("deployments", "roll-back", first["id"], "--data", data).code == 1
    assert ringi("deployments", "download", first["id"], "-o", "no/such/folder.zip", "--data", data).code == 1
