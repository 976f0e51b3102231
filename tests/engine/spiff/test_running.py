"""What runs on SpiffWorkflow, told by the events and waits that the rest of the house knows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.feel import to_plain
from engine.kernel import Code, InstanceStatus, Rejected, commands, events
from tests.support.spiff import NOW, START_END, Instance, diagram, extended, flows, line, script, service, timer

USER = '<userTask id="u" name="Look at it"/>'
MESSAGE = '<message id="m" name="Paid"/>'
CATCH = extended(
    "messageEventDefinition", 'messageRef="m"', "<spiffworkflow:messageVariable>paid</spiffworkflow:messageVariable>"
)


def test_a_script_changes_the_variables():
    instance = Instance(diagram(line(script("a", "x = n * 2\nnames = ['a', 'b']"))))
    instance.start(n=21)
    assert instance.state.status is InstanceStatus.COMPLETED
    assert instance.result == {"n": 21, "x": 42, "names": ["a", "b"]}


def test_a_user_task_waits_and_its_form_values_become_variables():
    instance = Instance(diagram(line(USER, script("a", "x = y + 1"))))
    instance.start()
    task = instance.only(events.UserTaskCreated)
    assert (task.element, task.name) == ("u", "Look at it")
    assert instance.at() == ["u"]
    instance.restart()
    instance.complete(y=1.5)
    assert instance.result == {"y": 1.5, "x": 2.5}


@pytest.mark.parametrize("kind", ["manualTask", "task"])
def test_manual_and_plain_tasks_wait_for_a_person(kind):
    instance = Instance(diagram(line(f'<{kind} id="u"/>')))
    instance.start()
    assert instance.only(events.UserTaskCreated).name == "u"
    instance.complete()
    assert instance.state.status is InstanceStatus.COMPLETED


def test_the_lane_is_the_candidate_group_unless_a_script_names_the_owners():
    lane = '<laneSet id="ls"><lane id="l1" name="sales"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
    instance = Instance(diagram(lane + line(USER)))
    instance.start()
    assert instance.only(events.UserTaskCreated).candidate_groups == ("sales",)
    named = Instance(diagram(lane + line(script("a", "lane_owners = {'sales': ['ann']}"), USER)))
    named.start()
    task = named.only(events.UserTaskCreated)
    assert (task.candidate_groups, task.candidate_users) == ((), ("ann",))


def test_a_form_that_is_deployed_with_the_diagram_takes_the_place_of_the_json_schema():
    parts = (
        '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" value="order.json"/>'
        "</spiffworkflow:properties>"
    )
    instance = Instance(diagram(line(extended("userTask", 'id="u"', parts))), forms=("order",))
    instance.start()
    assert instance.only(events.UserTaskCreated).form_id == "order"


def test_a_form_variable_holds_all_values_of_the_form():
    task = extended("userTask", 'id="u"', "<spiffworkflow:variableName>order</spiffworkflow:variableName>")
    instance = Instance(diagram(line(task)))
    instance.start()
    instance.complete(amount=3)
    assert instance.result == {"order": {"amount": 3}}


def test_a_service_task_is_a_job_whose_result_goes_to_the_result_variable():
    instance = Instance(diagram(line(service("sv", "mail/send", "sent", "to='ann'\ncount=n + 1"))))
    instance.start(n=1)
    job = instance.only(events.JobCreated)
    (created,) = instance.of(events.JobCreated)
    assert (job.type, job.retries) == ("mail/send", 3)
    assert to_plain(dict(created.variables)) == {"n": 1, "to": "ann", "count": 2}
    instance.restart()
    instance.done(id="m-1")
    assert instance.result == {"n": 1, "sent": {"id": "m-1"}}


def test_a_job_without_retries_left_is_an_incident_and_can_be_tried_again():
    instance = Instance(diagram(line(service("sv", "mail/send", "sent"))))
    instance.start()
    job = instance.only(events.JobCreated)
    instance.give(commands.FailJob(job=job.job, message="no host", retries=1, retry_at="2026-03-01T12:01:00+00:00"))
    assert instance.waits(events.IncidentRaised) == []
    instance.give(commands.FailJob(job=job.job, message="no host", retries=0))
    incident = instance.only(events.IncidentRaised)
    assert (incident.code, incident.job) == (Code.NO_RETRIES_LEFT, job.job)
    instance.give(commands.SetVariables(variables={"x": "1"}))
    assert instance.only(events.IncidentRaised) == incident
    instance.give(commands.ResolveIncident(incident=incident.incident, variables={"to": "bob"}))
    (retried,) = instance.of(events.JobRetried)
    assert retried.variables["to"] == "bob"
    instance.done()
    assert instance.state.status is InstanceStatus.COMPLETED


def test_an_error_of_a_job_goes_to_the_boundary_event_that_catches_it():
    error = '<error id="er" errorCode="E1" name="E1"/>'
    boundary = '<boundaryEvent id="b" attachedToRef="sv"><errorEventDefinition errorRef="er"/></boundaryEvent>'
    body = line(service("sv", "mail/send")) + boundary + script("h", "handled = True") + '<endEvent id="e2"/>'
    instance = Instance(diagram(body + flows("b>h", "h>e2"), error))
    instance.start()
    job = instance.only(events.JobCreated)
    instance.give(commands.ThrowError(job=job.job, code="E2"))
    assert instance.only(events.IncidentRaised).code == Code.ERROR_UNCAUGHT
    instance.give(commands.ResolveIncident(incident=instance.only(events.IncidentRaised).incident))
    instance.give(commands.ThrowError(job=job.job, code="E1"))
    assert instance.result["handled"] is True
    assert [event.key for event in instance.of(events.ElementTerminated)] == [job.key]


def test_timers_follow_the_time_of_the_command():
    instance = Instance(
        diagram(line(f'<intermediateCatchEvent id="t">{timer("timeDuration", "wait")}</intermediateCatchEvent>'))
    )
    instance.start(wait="PT90M")
    assert instance.only(events.TimerScheduled).due == NOW + timedelta(minutes=90)
    instance.restart()
    instance.later(minutes=90)
    assert instance.state.status is InstanceStatus.COMPLETED


def test_a_date_without_a_zone_is_read_in_that_of_the_command():
    instance = Instance(diagram(line(f'<intermediateCatchEvent id="t">{timer("timeDate", "when")}</intermediateCatchEvent>')))
    instance.start(when="2026-03-02T09:00:00")
    assert instance.only(events.TimerScheduled).due == NOW.replace(day=2, hour=9)


def test_the_clock_of_scripts_stands_at_the_command():
    instance = Instance(diagram(line(script("a", "when = datetime.now(timezone.utc).isoformat()\nday = date(2026, 1, 31)"))))
    instance.start()
    assert instance.result == {"when": "2026-03-01T12:00:00+00:00", "day": "2026-01-31"}


def test_a_timer_at_the_boundary_interrupts_the_user_task():
    boundary = f'<boundaryEvent id="b" attachedToRef="u">{timer("timeDuration", "&quot;P1D&quot;")}</boundaryEvent>'
    body = line(USER) + boundary + script("late", "late = True") + '<endEvent id="e2"/>' + flows("b>late", "late>e2")
    instance = Instance(diagram(body))
    instance.start()
    assert [wait.element for wait in (instance.only(events.UserTaskCreated), instance.only(events.TimerScheduled))] == [
        "u",
        "b",
    ]
    instance.later(days=1)
    assert instance.result == {"late": True}
    assert instance.of(events.UserTaskCancelled)


def test_a_reminder_at_the_boundary_comes_back_each_cycle():
    cycle = timer("timeCycle", "&quot;R3/P1D&quot;")
    boundary = f'<boundaryEvent id="b" attachedToRef="u" cancelActivity="false">{cycle}</boundaryEvent>'
    body = line(USER) + boundary + service("remind", "mail/send") + '<endEvent id="e2"/>' + flows("b>remind", "remind>e2")
    instance = Instance(diagram(body))
    instance.start()
    for _ in range(2):
        instance.later(days=1)
        instance.done()
        assert "u" in instance.at()
    assert instance.only(events.TimerScheduled).due == NOW + timedelta(days=3)
    instance.complete()
    assert instance.state.status is InstanceStatus.COMPLETED


def test_a_message_brings_its_variables_to_the_message_variable():
    instance = Instance(diagram(line(f'<intermediateCatchEvent id="c">{CATCH}</intermediateCatchEvent>'), MESSAGE))
    instance.start()
    found = instance.only(events.MessageSubscriptionOpened)
    assert (found.message, found.correlation_key) == ("Paid", "")
    instance.restart()
    instance.message(amount=7)
    assert instance.result == {"paid": {"amount": 7}}


def correlated(payload: str) -> str:
    """A correlation key of one property, taken from the message Paid and from the message Order."""
    return (
        f'{MESSAGE}<message id="o" name="Order"/><collaboration id="c1">'
        '<correlationKey id="k" name="order"><correlationPropertyRef>number</correlationPropertyRef></correlationKey>'
        "</collaboration>"
        '<correlationProperty id="number" name="number">'
        + "".join(
            f'<correlationPropertyRetrievalExpression messageRef="{m}"><messagePath>{payload}</messagePath>'
            "</correlationPropertyRetrievalExpression>"
            for m in "mo"
        )
        + "</correlationProperty>"
    )


def test_a_message_that_was_sent_tells_by_which_key_the_answer_comes():
    payload = "<spiffworkflow:messagePayload>{'number': n}</spiffworkflow:messagePayload>"
    sent = extended("messageEventDefinition", 'messageRef="o"', payload)
    body = line(
        f'<intermediateThrowEvent id="t">{sent}</intermediateThrowEvent>',
        f'<intermediateCatchEvent id="c">{CATCH}</intermediateCatchEvent>',
    )
    instance = Instance(diagram(body, correlated("number")))
    instance.start(n=17)
    (thrown,) = instance.of(events.MessageThrown)
    assert (thrown.message, thrown.correlation_key, to_plain(dict(thrown.variables))) == ("Order", "17", {"number": 17})
    assert instance.only(events.MessageSubscriptionOpened).correlation_key == "17"
    instance.message(number=17, amount=3)
    assert instance.result == {"n": 17, "paid": {"number": 17, "amount": 3}}


def test_a_message_start_event_begins_the_instance_with_what_it_brings():
    body = f'<startEvent id="s">{CATCH}</startEvent><endEvent id="e"/>' + flows("s>e")
    instance = Instance(diagram(body, MESSAGE))
    assert instance.start().code == Code.START_EVENT_REQUIRED
    instance.start(start_event="s", amount=5)
    assert instance.result["paid"] == {"amount": 5}


def test_signals_come_from_outside_and_go_outside():
    top = '<signal id="sg" name="stop"/><signal id="sx" name="gone"/>'
    catch = '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="sg"/></intermediateCatchEvent>'
    throw = '<intermediateThrowEvent id="t"><signalEventDefinition signalRef="sx"/></intermediateThrowEvent>'
    instance = Instance(diagram(line(catch, throw), top))
    instance.start()
    assert instance.only(events.SignalSubscriptionOpened).signal == "stop"
    instance.give(commands.BroadcastSignal(signal="other"))
    assert instance.happened == ()
    instance.give(commands.BroadcastSignal(signal="stop"))
    assert [event.signal for event in instance.of(events.SignalThrown)] == ["gone"]
    assert instance.state.status is InstanceStatus.COMPLETED


def test_exclusive_parallel_and_inclusive_gateways_choose_and_join():
    body = START_END + script("a", "x = 1") + script("b", "y = 2") + script("c", "z = 3")
    body += '<exclusiveGateway id="g" default="g_b"/><exclusiveGateway id="h"/>'
    chosen = Instance(diagram(body + flows("s>g", "g>a?n &gt; 1", "g>b", "a>h", "b>h", "h>c", "c>e")))
    chosen.start(n=2)
    assert chosen.result == {"n": 2, "x": 1, "z": 3}
    for kind in ("parallelGateway", "inclusiveGateway"):
        both = START_END + USER + script("b", "y = 2") + f'<{kind} id="g"/><{kind} id="h"/>'
        when = "?True" if kind == "inclusiveGateway" else ""
        instance = Instance(diagram(both + flows("s>g", f"g>u{when}", f"g>b{when}", "u>h", "b>h", "h>e")))
        instance.start()
        assert instance.at() == ["h", "u"]
        instance.complete(x=1)
        assert instance.result == {"x": 1, "y": 2}


def test_the_first_event_behind_an_event_based_gateway_wins():
    body = (
        START_END
        + '<eventBasedGateway id="g"/>'
        + f'<intermediateCatchEvent id="c">{CATCH}</intermediateCatchEvent>'
        + f'<intermediateCatchEvent id="t">{timer("timeDuration", "&quot;PT1H&quot;")}</intermediateCatchEvent>'
        + script("late", "late = True")
        + flows("s>g", "g>c", "g>t", "c>e", "t>late", "late>e")
    )
    instance = Instance(diagram(body, MESSAGE))
    instance.start()
    assert instance.only(events.TimerScheduled).element == "t"
    assert instance.only(events.MessageSubscriptionOpened).element == "c"
    instance.later(hours=1)
    assert instance.result == {"late": True}
    paid = Instance(diagram(body, MESSAGE))
    paid.start()
    paid.message(amount=1)
    assert paid.result == {"paid": {"amount": 1}}


def test_a_sub_process_is_a_scope_and_can_be_interrupted():
    inner = '<startEvent id="s1"/>' + USER + '<endEvent id="e1"/>' + flows("s1>u", "u>e1")
    boundary = f'<boundaryEvent id="b" attachedToRef="sp">{timer("timeDuration", "&quot;PT1H&quot;")}</boundaryEvent>'
    body = line(f'<subProcess id="sp">{inner}</subProcess>') + boundary + '<endEvent id="e2"/>' + flows("b>e2")
    instance = Instance(diagram(body))
    instance.start()
    assert instance.at() == ["sp", "u"]
    task = instance.only(events.UserTaskCreated)
    assert instance.state.elements[instance.state.elements[task.key].parent].element == "sp"
    instance.later(hours=1)
    assert instance.state.status is InstanceStatus.COMPLETED
    other = Instance(diagram(body))
    other.start()
    other.complete(x=1)
    assert other.result == {"x": 1}


def test_a_called_process_runs_inside_the_instance_of_its_caller():
    called = diagram(line(USER), process="q")
    instance = Instance(diagram(line('<callActivity id="c" calledElement="q"/>')), called)
    instance.start(n=1)
    (process,) = [found for found in instance.state.elements.values() if found.element == "q"]
    assert process.process == "q"
    assert instance.state.elements[instance.only(events.UserTaskCreated).key].process == "q"
    instance.restart()
    instance.complete(x=2)
    assert instance.result == {"n": 1, "x": 2}


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_multi_instance_task_collects_its_outputs_across_a_restart(sequential):
    loop = (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopDataInputRef>names</loopDataInputRef>'
        '<loopDataOutputRef>answers</loopDataOutputRef><inputDataItem id="name"/><outputDataItem id="answer"/>'
        "</multiInstanceLoopCharacteristics>"
    )
    instance = Instance(diagram(line(f'<userTask id="u" name="Ask">{loop}</userTask>')))
    instance.start(names=["ann", "bob"])
    assert len(instance.waits(events.UserTaskCreated)) == (1 if sequential == "true" else 2)
    instance.restart()
    instance.complete(answer="yes")
    instance.restart()
    instance.complete(answer="no")
    assert sorted(instance.result["answers"]) == ["no", "yes"]


def test_pre_and_post_scripts_run_around_a_task():
    parts = (
        "<spiffworkflow:preScript>x = 1</spiffworkflow:preScript><spiffworkflow:postScript>y = x + z</spiffworkflow:postScript>"
    )
    instance = Instance(diagram(line(extended("userTask", 'id="u"', parts))))
    instance.start()
    instance.complete(z=2)
    assert instance.result == {"x": 1, "z": 2, "y": 3}


def test_a_loop_goes_around_until_its_condition_is_false():
    body = START_END + '<exclusiveGateway id="g"/><exclusiveGateway id="h" default="h_e"/>' + script("a", "n = n + 1")
    instance = Instance(diagram(body + flows("s>g", "g>a", "a>h", "h>g?n &lt; 20", "h>e")))
    instance.start(n=0)
    assert instance.result == {"n": 20}


def test_a_used_up_budget_is_taken_up_in_the_next_command():
    body = START_END + '<exclusiveGateway id="g"/><exclusiveGateway id="h" default="h_e"/>' + script("a", "n = n + 1")
    instance = Instance(diagram(body + flows("s>g", "g>a", "a>h", "h>g?n &lt; 20", "h>e")))
    instance.give(commands.StartInstance(process="p", variables={"n": Decimal(0)}), budget=25)
    assert instance.of(events.StepBudgetUsedUp)
    while instance.state.elements:
        instance.give(commands.ContinueInstance(), budget=25)
    assert instance.result == {"n": 20}


def test_cancelling_closes_everything():
    instance = Instance(diagram(line(USER)))
    instance.start()
    instance.give(commands.CancelInstance(reason="not wanted"))
    assert instance.state.status is InstanceStatus.CANCELLED
    assert instance.of(events.UserTaskCancelled)
    assert instance.state.elements == {}


def test_tasks_are_claimed_and_released():
    instance = Instance(diagram(line(USER)))
    instance.start()
    task = instance.only(events.UserTaskCreated).task
    instance.give(commands.AssignUserTask(task=task, assignee="ann"))
    refused = instance.give(commands.AssignUserTask(task=task, assignee="bob"))
    assert refused.code == Code.USER_TASK_OF_ANOTHER
    instance.give(commands.AssignUserTask(task=task, assignee=None))
    assert instance.only(events.UserTaskCreated).assignee is None


def test_variables_are_set_in_every_active_task_or_in_one():
    body = START_END + USER + '<userTask id="v"/><parallelGateway id="g"/><parallelGateway id="h"/>'
    instance = Instance(diagram(body + flows("s>g", "g>u", "g>v", "u>h", "v>h", "h>e")))
    instance.start()
    first, second = instance.waits(events.UserTaskCreated)
    instance.give(commands.SetVariables(variables={"x": "all"}))
    instance.give(commands.SetVariables(variables={"y": "one"}, element_instance=first.key))
    assert instance.state.elements[first.key].variables == {"x": "all", "y": "one"}
    assert instance.state.elements[second.key].variables == {"x": "all"}


@pytest.mark.parametrize(
    "command",
    [
        commands.SuspendInstance(),
        commands.ModifyInstance(),
        commands.MigrateInstance(process="p"),
        commands.SendBackUserTask(task=5, element="u"),
        commands.ActivateAdHocElements(element_instance=1, elements=("u",)),
    ],
)
def test_what_this_executor_cannot_do_is_refused_and_nothing_changes(command):
    instance = Instance(diagram(line(USER)))
    instance.start()
    refused = instance.give(command)
    assert isinstance(refused, Rejected)
    assert refused.code == Code.NOT_WITH_THIS_EXECUTOR
    assert instance.at() == ["u"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.CompleteUserTask(task=99), Code.USER_TASK_NOT_FOUND),
        (commands.AssignUserTask(task=99, assignee=None), Code.USER_TASK_NOT_FOUND),
        (commands.CompleteJob(job=99), Code.JOB_NOT_FOUND),
        (commands.FailJob(job=99, message="", retries=0), Code.JOB_NOT_FOUND),
        (commands.ThrowError(job=99, code="x"), Code.JOB_NOT_FOUND),
        (commands.TriggerTimer(timer=99), Code.TIMER_NOT_FOUND),
        (commands.CorrelateMessage(subscription=99), Code.SUBSCRIPTION_NOT_FOUND),
        (commands.ResolveIncident(incident=99), Code.INCIDENT_NOT_FOUND),
        (commands.SetVariables(variables={}, element_instance=99), Code.ELEMENT_INSTANCE_NOT_FOUND),
    ],
)
def test_what_is_not_there_is_refused_as_by_the_kernel(command, code):
    instance = Instance(diagram(line(USER)))
    instance.start()
    assert instance.give(command).code == code


def test_values_of_all_kinds_survive_being_stored():
    text = "t = (1, 2)\nd = timedelta(days=1)\nw = date(2026, 1, 2)\nq = {'typename': 'BpmnWorkflow', 'a': 1.0}"
    told = "same = [type(q['a']).__name__, str(k), q['typename']]"
    instance = Instance(diagram(line(script("a", text), script("k1", "k = Decimal('1.10')"), USER, script("b", told))))
    instance.start()
    instance.complete()
    assert instance.result["same"] == ["float", "1.10", "BpmnWorkflow"]
    assert instance.result["t"] == [1, 2]


def test_a_variable_may_be_called_like_a_tool_of_the_scripts():
    instance = Instance(diagram(line(USER, script("a", "date = date + '!'"))))
    instance.start()
    instance.complete(date="today")
    assert instance.result == {"date": "today!"}


def test_functions_and_modules_of_a_script_are_its_own():
    instance = Instance(diagram(line(script("a", "import math as m\ndef twice(n): return n * 2\nx = twice(int(m.sqrt(9)))"))))
    instance.start()
    assert instance.result == {"x": 6}


def test_an_escalation_is_caught_at_the_boundary_or_told_when_nobody_catches_it():
    top = '<escalation id="es" name="over" escalationCode="over"/>'
    definition = '<escalationEventDefinition escalationRef="es"/>'
    throw = f'<intermediateThrowEvent id="t">{definition}</intermediateThrowEvent>'
    inner = f'<startEvent id="s1"/>{throw}<endEvent id="e1"/>' + flows("s1>t", "t>e1")
    body = line(f'<subProcess id="sp">{inner}</subProcess>')
    alone = Instance(diagram(body, top))
    alone.start()
    assert [event.code for event in alone.of(events.EscalationThrown)] == ["over"]
    boundary = f'<boundaryEvent id="b" attachedToRef="sp">{definition}</boundaryEvent>'
    caught = Instance(diagram(body + boundary + script("h", "told = True") + '<endEvent id="e2"/>' + flows("b>h", "h>e2"), top))
    caught.start()
    assert caught.result == {"told": True}


def test_a_terminate_end_event_ends_everything():
    body = '<startEvent id="s"/><endEvent id="e"><terminateEventDefinition/></endEvent><endEvent id="e3"/>'
    body += USER + '<userTask id="v"/><parallelGateway id="g"/>'
    instance = Instance(diagram(body + flows("s>g", "g>u", "g>v", "u>e", "v>e3")))
    instance.start()
    instance.complete("u", x=1)
    assert instance.state.status is InstanceStatus.COMPLETED
    assert [event.task for event in instance.of(events.UserTaskCancelled)]


def test_data_objects_keep_their_value_across_a_restart():
    data = '<dataObject id="total"/><dataObjectReference id="total_ref" dataObjectRef="total"/>'
    write = "<dataOutputAssociation><targetRef>total_ref</targetRef></dataOutputAssociation>"
    take = "<dataInputAssociation><sourceRef>total_ref</sourceRef></dataInputAssociation>"
    first = f'<scriptTask id="a">{write}<script>total = 5</script></scriptTask>'
    last = f'<scriptTask id="b">{take}<script>doubled = total * 2</script></scriptTask>'
    instance = Instance(diagram(data + line(first, USER, last)))
    instance.start()
    instance.restart()
    instance.complete()
    assert instance.result["doubled"] == 10


def test_messages_behind_an_event_based_gateway_have_the_correlation_values_of_the_process():
    value = (
        "<spiffworkflow:processVariableCorrelation><spiffworkflow:propertyId>number</spiffworkflow:propertyId>"
        "<spiffworkflow:expression>n</spiffworkflow:expression></spiffworkflow:processVariableCorrelation>"
    )
    caught = extended("messageEventDefinition", 'messageRef="m"', value)
    late = f'<intermediateCatchEvent id="t">{timer("timeDuration", "&quot;PT1H&quot;")}</intermediateCatchEvent>'
    body = (
        START_END + '<eventBasedGateway id="g"/>' + f'<intermediateCatchEvent id="c">{caught}</intermediateCatchEvent>' + late
    )
    instance = Instance(diagram(body + flows("s>g", "g>c", "g>t", "c>e", "t>e"), correlated("number")))
    instance.start(n="A-1")
    assert instance.only(events.MessageSubscriptionOpened).correlation_key == "A-1"
