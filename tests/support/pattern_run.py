"""Deploys the drawing of a workflow pattern and starts it on the kernel."""

from __future__ import annotations

from typing import Any

from engine.api import check_resources
from engine.kernel import commands
from tests.conformance.patterns import PATTERNS
from tests.support.kernel_run import Run


def deployed(number: int) -> Run:
    """The stored drawing of pattern WCP-`number`, as the deploy check takes it."""
    pattern = PATTERNS[number - 1]
    checked = check_resources({pattern.file.name: pattern.file.read_bytes()})
    assert {problem.code for problem in checked.problems} == set(pattern.warnings), checked.problems
    assert checked.ok
    return Run(*checked.processes.values(), reload=True)


def started(number: int, **variables: Any) -> Run:
    """An instance of it."""
    return deployed(number).start(**variables)


def begin(run: Run, sub_process: str, *elements: str) -> Run:
    """A person begins elements of an ad-hoc sub-process."""
    key = run.instances(sub_process)[0].key
    run.execute(commands.ActivateAdHocElements(element_instance=key, elements=elements, by="ann"))
    return run
