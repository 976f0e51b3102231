"""The element table is the coverage page: every row has a test file."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.kernel import BEHAVIOURS, Code

HERE = Path(__file__).parent

TESTED_IN = {
    "process": "test_start",
    "multiInstance": "test_multi_instance",
    "standardLoop": "test_standard_loop",
    "unknown": "test_pass_through",
    "startEvent": "test_start",
    "startEvent:message": "test_start",
    "startEvent:timer": "test_start",
    "startEvent:error": "test_event_sub_process",
    "startEvent:conditional": "test_conditional",
    "intermediateCatchEvent:conditional": "test_conditional",
    "boundaryEvent:conditional": "test_conditional",
    "startEvent:signal": "test_signal",
    "endEvent:signal": "test_signal",
    "intermediateThrowEvent:signal": "test_signal",
    "intermediateCatchEvent:signal": "test_signal",
    "boundaryEvent:signal": "test_signal",
    "startEvent:escalation": "test_escalation",
    "endEvent:escalation": "test_escalation",
    "intermediateThrowEvent:escalation": "test_escalation",
    "boundaryEvent:escalation": "test_escalation",
    "intermediateThrowEvent:link": "test_link",
    "intermediateCatchEvent:link": "test_link",
    "startEvent:multiple": "test_multiple_event",
    "intermediateCatchEvent:multiple": "test_multiple_event",
    "boundaryEvent:multiple": "test_multiple_event",
    "intermediateThrowEvent:multiple": "test_multiple_event",
    "endEvent:multiple": "test_multiple_event",
    "endEvent": "test_end_event",
    "endEvent:message": "test_end_event",
    "endEvent:error": "test_end_event",
    "endEvent:terminate": "test_end_event",
    "intermediateThrowEvent": "test_pass_through",
    "intermediateThrowEvent:message": "test_end_event",
    "intermediateCatchEvent:message": "test_catch_event",
    "intermediateCatchEvent:timer": "test_catch_event",
    "boundaryEvent:timer": "test_boundary_event",
    "boundaryEvent:message": "test_boundary_event",
    "boundaryEvent:error": "test_boundary_event",
    "boundaryEvent:compensate": "test_compensation",
    "startEvent:compensate": "test_compensation",
    "intermediateThrowEvent:compensate": "test_compensation",
    "endEvent:compensate": "test_compensation",
    "endEvent:cancel": "test_compensation",
    "boundaryEvent:cancel": "test_compensation",
    "transaction": "test_compensation",
    "task": "test_pass_through",
    "manualTask": "test_pass_through",
    "userTask": "test_user_task",
    "serviceTask": "test_service_task",
    "sendTask": "test_end_event",
    "receiveTask": "test_catch_event",
    "scriptTask": "test_script_task",
    "businessRuleTask": "test_business_rule_task",
    "adHocSubProcess": "test_ad_hoc_sub_process",
    "subProcess": "test_sub_process",
    "callActivity": "test_call_activity",
    "exclusiveGateway": "test_exclusive_gateway",
    "complexGateway": "test_complex_gateway",
    "inclusiveGateway": "test_inclusive_gateway",
    "parallelGateway": "test_parallel_gateway",
    "eventBasedGateway": "test_event_based_gateway",
}


@pytest.mark.parametrize("element", sorted(BEHAVIOURS))
def test_every_element_of_the_table_is_tested(element: str) -> None:
    assert (HERE / f"{TESTED_IN[element]}.py").exists()


def test_every_code_is_met_in_a_test() -> None:
    folders = (HERE, HERE.parent / "spiff")  # one code is of the other executor
    tests = "".join(path.read_text() for folder in folders for path in folder.glob("test_*.py"))
    assert [code.name for code in Code if f"Code.{code.name}" not in tests] == []


def test_no_code_is_used_twice() -> None:
    assert len({code.value for code in Code.__members__.values()}) == len(Code.__members__)
