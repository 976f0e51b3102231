"""The DMN TCK, when its folder is at hand: `DMN_TCK` names the folder that holds `TestCases` and its runner."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = os.environ.get("DMN_TCK", "")
REPOSITORY = Path(__file__).parents[2]
SHARE_OF_LEVEL_3 = 0.998


def _passed(level: str) -> tuple[int, int, str]:
    command = [sys.executable, f"{SUITE}/run_tck.py", "--suite", SUITE, "--level", level, "-v"]
    run = subprocess.run(
        [*command, "--engine", "tests.conformance.dmn_tck:evaluate"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    counts = re.search(r"TOTAL +pass (\d+)/(\d+)", run.stdout)
    assert counts, run.stdout + run.stderr
    return int(counts[1]), int(counts[2]), run.stdout


@pytest.mark.skipif(not SUITE, reason="DMN_TCK names no folder with the suite")
def test_all_cases_of_level_2_pass() -> None:
    passed, cases, report = _passed("2")
    assert passed == cases > 0, report


@pytest.mark.skipif(not SUITE, reason="DMN_TCK names no folder with the suite")
def test_nearly_all_cases_of_level_3_pass() -> None:
    passed, cases, report = _passed("3")
    assert passed >= cases * SHARE_OF_LEVEL_3, report
