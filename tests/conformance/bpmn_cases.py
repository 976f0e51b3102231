"""Runs the public BPMN execution cases where they are at hand: `python -m tests.conformance.bpmn_cases FOLDER [PART OF AN ID]`.

A case is a diagram in neutral words (its README says which), translated into the dialect that Ringi runs: each script becomes a
job that writes its word into the trace. Jobs and timers are done in the order of a virtual clock.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.api import Checked, InstanceStatus, check_resources, from_plain
from tests.conformance.bpmn_words import translated
from tests.conformance.bpmn_world import World


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of cases.json; `xml` is its file, translated."""

    id: str
    group: str
    process: str
    expected: Sequence[str]
    variables: dict[str, Any]
    start_parallel_process: bool
    delay_s: float
    xml: bytes


@dataclass(frozen=True, kw_only=True)
class Result:
    """`found` is the sorted trace, `why` what the engine said where it refused or stopped."""

    case: Case
    found: tuple[str, ...]
    why: str

    @property
    def passed(self) -> bool:
        """Whether all that was expected happened, and nothing else."""
        expected = tuple(sorted(self.case.expected))
        if expected == ("ERROR",):
            return any(word.startswith("ERROR") for word in self.found)
        return expected == self.found


def cases(folder: Path) -> Iterator[Case]:
    """All cases of a folder with a cases.json."""
    for row in json.loads((folder / "cases.json").read_text(encoding="utf-8")):
        file = folder / "files" / row.pop("file")
        yield Case(**row, xml=translated(file.read_bytes()))


def run(case: Case) -> Result:
    """Deploy the case's diagram and, when it was taken, run it."""
    checked = check_resources({"case.bpmn": case.xml})
    if not checked.ok:
        why = "; ".join(f"{p.code} {p.element}: {p.message}" for p in checked.problems if p.severity == "error")
        return Result(case=case, found=("ERROR_deployment",), why=why)
    return _executed(case, checked)


def _executed(case: Case, checked: Checked) -> Result:
    world = World.of(checked)
    variables = {name: from_plain(value) for name, value in case.variables.items()}
    world.start(case.process, variables)
    if case.start_parallel_process:
        world.start("ParallelProcess", variables)
    world.run()
    ends = ", ".join(state.status for state in world.instances)
    stuck = "" if all(state.status is InstanceStatus.COMPLETED for state in world.instances) else f" {world.waiting()}"
    words = [*world.trace, *world.errors, *(["MARKER_exists"] if world.marker and "MARKER_exists" in case.expected else [])]
    words += ["EXECUTION_parallel"] if world.parallel else []
    return Result(case=case, found=tuple(sorted(words)), why=f"{world.said}{ends}{stuck}")


def main() -> None:
    """Run the cases and print those that fail, and how many pass."""
    folder, wanted = Path(sys.argv[1]), "".join(sys.argv[2:3])
    passed: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for case in cases(folder):
        if wanted not in case.id:
            continue
        result = run(case)
        counted[case.group] += 1
        passed[case.group] += result.passed
        if not result.passed or wanted:
            sys.stdout.write(
                f"{case.id}\n  expected {sorted(case.expected)}\n  found    {list(result.found)}\n  {result.why}\n"
            )
    for group, total in counted.items():
        sys.stdout.write(f"{group:<14} {passed[group]:>4} of {total}\n")


if __name__ == "__main__":
    main()
