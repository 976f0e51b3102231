"""Each task becomes what the kernel needs to run it."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagram import MESSAGE, between, errors, extended, node


@pytest.mark.parametrize("name", ["task", "manualTask"])
def test_plain_and_manual_tasks_need_nothing(name: str) -> None:
    element = node(between(f'<{name} id="n" name="Pack"><documentation>Use the big box.</documentation></{name}>'))
    assert (element.type, element.name, element.documentation, element.parent) == (name, "Pack", "Use the big box.", "p")
    assert (element.incoming, element.outgoing) == (("s_n",), ("n_e",))


def test_a_user_task_has_form_assignment_dates_and_priority() -> None:
    element = node(
        between(
            extended(
                "userTask",
                """<zeebe:userTask/><zeebe:formDefinition formId="lead_check"/>
                <zeebe:assignmentDefinition assignee="=owner" candidateGroups="seller, manager" candidateUsers='=["ann"]'/>
                <zeebe:taskSchedule dueDate="=now() + duration(&quot;PT4H&quot;)" followUpDate="2026-05-01T08:00:00Z"/>
                <zeebe:priorityDefinition priority="80"/>""",
            )
        )
    )
    detail = element.user_task
    assert detail is not None
    assert (detail.form_id, detail.form_binding) == ("lead_check", "deployment")
    assert detail.assignee is not None
    assert detail.assignee.text == "owner"
    assert not detail.assignee.is_fixed
    assert detail.candidate_groups is not None
    assert (detail.candidate_groups.text, detail.candidate_groups.is_fixed) == ("seller, manager", True)
    assert detail.candidate_users is not None
    assert detail.due_date is not None
    assert detail.due_date.text == 'now() + duration("PT4H")'
    assert detail.follow_up_date is not None
    assert detail.priority is not None
    assert detail.priority.text == "80"


def test_a_user_task_needs_nothing_at_all() -> None:
    detail = node(between('<userTask id="n"/>')).user_task
    assert detail is not None
    assert (detail.form_id, detail.assignee, detail.priority) == (None, None, None)


def test_a_form_may_be_the_latest_one() -> None:
    detail = node(between(extended("userTask", '<zeebe:formDefinition formId="f" bindingType="latest"/>'))).user_task
    assert detail is not None
    assert detail.form_binding == "latest"


def test_a_service_task_makes_a_job() -> None:
    element = node(
        between(
            extended(
                "serviceTask",
                """<zeebe:taskDefinition type="record.create" retries="5"/>
                <zeebe:taskHeaders><zeebe:header key="type" value="lead"/><zeebe:header key="mode"/></zeebe:taskHeaders>""",
            )
        )
    )
    assert element.job is not None
    assert (element.job.type.text, element.job.type.is_fixed) == ("record.create", True)
    assert element.job.retries.text == "5"
    assert element.job.headers == {"type": "lead", "mode": ""}


def test_a_job_is_tried_three_times_unless_told() -> None:
    job = node(between(extended("serviceTask", '<zeebe:taskDefinition type="=kind"/>'))).job
    assert job is not None
    assert (job.retries.text, job.type.text, job.type.is_fixed) == ("3", "kind", False)


def test_a_script_task_is_feel() -> None:
    element = node(between(extended("scriptTask", '<zeebe:script expression="=a + 1" resultVariable="b"/>')))
    assert element.script is not None
    assert (element.script.expression.text, element.script.result_variable) == ("a + 1", "b")
    assert element.job is None


def test_a_script_task_can_be_a_job() -> None:
    assert node(between(extended("scriptTask", '<zeebe:taskDefinition type="run"/>'))).job is not None


def test_a_business_rule_task_calls_a_decision() -> None:
    called = node(
        between(extended("businessRuleTask", '<zeebe:calledDecision decisionId="lead_grade" resultVariable="lead.grade"/>'))
    ).decision
    assert called is not None
    assert (called.decision_id.text, called.result_variable, called.binding) == ("lead_grade", "lead.grade", "deployment")


def test_a_decision_can_be_bound_to_a_version_tag() -> None:
    xml = '<zeebe:calledDecision decisionId="=which" resultVariable="r" bindingType="versionTag" versionTag="v2"/>'
    called = node(between(extended("businessRuleTask", xml))).decision
    assert called is not None
    assert (called.decision_id.is_fixed, called.binding, called.version_tag) == (False, "versionTag", "v2")


def test_a_business_rule_task_can_be_a_job() -> None:
    element = node(between(extended("businessRuleTask", '<zeebe:taskDefinition type="rules"/>')))
    assert element.job is not None
    assert element.decision is None


def test_a_receive_task_waits_for_its_message() -> None:
    element = node(between('<receiveTask id="n" messageRef="tns:m"/>', MESSAGE))
    assert element.event is not None
    assert element.event.name.text == "order.paid"  # type: ignore[union-attr]  # it is a message
    assert element.event.correlation_key.text == "order.id"  # type: ignore[union-attr]  # it is a message


def test_a_send_task_throws_its_message() -> None:
    element = node(between('<sendTask id="n" messageRef="m"/>', '<message id="m" name="=kind"/>'))
    assert element.event is not None
    assert element.event.name.is_fixed is False  # type: ignore[union-attr]  # it is a message
    assert element.job is None


def test_a_send_task_can_be_a_job() -> None:
    element = node(between(extended("sendTask", '<zeebe:taskDefinition type="mail"/>')))
    assert element.job is not None
    assert element.event is None


def test_mappings_keep_their_order_and_lines() -> None:
    xml = between(
        extended(
            "userTask",
            """<zeebe:ioMapping>
            <zeebe:input source="=lead.name" target="name"/>
            <zeebe:input source="fixed" target="a.b"/>
            <zeebe:output source="=answer" target="lead.answer"/>
            </zeebe:ioMapping>""",
        )
    )
    element = node(xml)
    assert [(m.source.text, m.source.is_fixed, m.target) for m in element.inputs] == [
        ("lead.name", False, "name"),
        ("fixed", True, "a.b"),
    ]
    assert [(m.source.text, m.target) for m in element.outputs] == [("answer", "lead.answer")]
    assert element.inputs[1].line == element.inputs[0].line + 1


def test_editor_marks_are_known() -> None:
    element = node(
        between(
            extended(
                "serviceTask",
                '<zeebe:taskDefinition type="t"/><zeebe:properties><zeebe:property name="note" value="x"/></zeebe:properties>',
                'zeebe:modelerTemplate="t" zeebe:modelerTemplateVersion="1" implementation="##WebService" '
                'isForCompensation="false" startQuantity="1" completionQuantity="1"',
            )
        )
    )
    assert element.job is not None


def test_a_broken_task_says_each_fault_once() -> None:
    xml = between(extended("userTask", '<zeebe:formDefinition formKey="x"/><zeebe:priorityDefinition priority="200"/>'))
    assert [problem.code for problem in errors(xml)] == ["BPMN-3410", "BPMN-3414"]
