"""Nothing fails or stands still in silence: errors of Python and stalls of SpiffWorkflow are incidents that can be resolved."""

from __future__ import annotations

import pytest

from engine.feel import from_plain
from engine.kernel import Code, InstanceStatus, commands, events
from engine.spiff import Incident, run
from tests.support.spiff import START_END, Instance, diagram, extended, flows, line, script, service, timer

USER = '<userTask id="u"/>'


def resolve(instance: Instance, **variables: object) -> None:
    """Resolve the one open incident."""
    incident = instance.only(events.IncidentRaised)
    instance.give(commands.ResolveIncident(incident=incident.incident, variables=from_plain(variables)))


def test_an_error_in_a_script_is_an_incident_that_names_the_line():
    instance = Instance(diagram(line(script("a", "x = 1\ny = missing + 1"))))
    instance.start()
    incident = instance.only(events.IncidentRaised)
    assert (incident.element, incident.code) == ("a", Incident.PYTHON_FAILED)
    assert incident.message == "In line 2 of the script or expression: NameError: name 'missing' is not defined"
    assert not instance.state.elements[incident.key].variables, "what the script did before is undone"
    instance.restart()
    resolve(instance, missing=1)
    assert instance.result == {"x": 1, "missing": 1, "y": 2}


def test_an_incident_that_is_resolved_in_vain_comes_again():
    instance = Instance(diagram(line(script("a", "x = 1 / n"))))
    instance.start(n=0)
    first = instance.only(events.IncidentRaised)
    resolve(instance, n=0)
    second = instance.only(events.IncidentRaised)
    assert second.message == first.message
    assert second.incident != first.incident
    resolve(instance, n=2)
    assert instance.result == {"n": 2, "x": 0.5}


@pytest.mark.parametrize("what", ["raise SystemExit", "def f(): return f()\nf()", "import nothing_of_this_name", "{}[7]"])
def test_whatever_a_script_raises_is_an_incident(what):
    instance = Instance(diagram(line(script("a", what))))
    instance.start()
    assert instance.only(events.IncidentRaised).code == Incident.PYTHON_FAILED


@pytest.mark.parametrize("value", ["{1, 2}", "object()", "{1: 2}", "float('nan')", "[[set()]]"])
def test_what_cannot_be_stored_is_an_incident_that_names_the_variable(value):
    instance = Instance(diagram(line(script("a", f"x = {value}"))))
    instance.start()
    incident = instance.only(events.IncidentRaised)
    assert incident.code == Incident.VALUE_NOT_STORABLE
    assert "'x'" in incident.message


def test_other_branches_go_on_while_one_has_an_incident():
    body = START_END + script("a", "x = missing") + USER + '<parallelGateway id="g"/><parallelGateway id="h"/>'
    instance = Instance(diagram(body + flows("s>g", "g>a", "g>u", "a>h", "u>h", "h>e")))
    instance.start()
    assert sorted(instance.at()) == ["a", "u"]
    instance.complete(y=1)
    resolve(instance, missing=2)
    assert instance.result == {"missing": 2, "x": 2, "y": 1}


def test_an_error_in_a_pre_script_is_an_incident_of_its_task():
    task = extended("userTask", 'id="u"', "<spiffworkflow:preScript>x = missing</spiffworkflow:preScript>")
    instance = Instance(diagram(line(script("a", "n = 1"), task)))
    instance.start()
    assert instance.only(events.IncidentRaised).element == "u"
    assert instance.waits(events.UserTaskCreated) == []
    resolve(instance, missing=3)
    instance.complete()
    assert instance.result == {"n": 1, "missing": 3, "x": 3}


def test_an_error_in_a_post_script_keeps_what_the_person_entered():
    task = extended("userTask", 'id="u"', "<spiffworkflow:postScript>x = y + missing</spiffworkflow:postScript>")
    instance = Instance(diagram(line(task)))
    instance.start()
    instance.complete(y=1)
    assert instance.only(events.IncidentRaised).element == "u"
    resolve(instance, missing=2)
    assert instance.result == {"y": 1, "missing": 2, "x": 3}


def test_an_error_in_the_post_script_of_a_service_task_keeps_the_result():
    more = extended("serviceTask", 'id="sv"', "<spiffworkflow:postScript>x = r['n'] + missing</spiffworkflow:postScript>")
    operator = service("sv", "mail/send", "r").split("<extensionElements>")[1].split("</extensionElements>")[0]
    instance = Instance(diagram(line(more.replace("<extensionElements>", f"<extensionElements>{operator}"))))
    instance.start()
    instance.done(n=1)
    assert instance.waits(events.JobCreated) == []
    resolve(instance, missing=2)
    assert instance.result["x"] == 3


@pytest.mark.parametrize(
    ("expression", "good"),
    [("missing", "PT1H"), ("int('x') or missing", None), ("'-'", None), ("'P'", None), ("5", None)],
)
def test_a_timer_that_cannot_be_worked_out_is_an_incident(expression, good):
    event = f'<intermediateCatchEvent id="t">{timer("timeDuration", expression)}</intermediateCatchEvent>'
    instance = Instance(diagram(line(event)))
    instance.start()
    assert instance.only(events.IncidentRaised).element == "t"
    assert instance.waits(events.TimerScheduled) == []
    if good is not None:
        resolve(instance, missing=good)
        instance.later(hours=1)
        assert instance.state.status is InstanceStatus.COMPLETED


def test_a_boundary_timer_that_cannot_be_worked_out_leaves_the_task_open():
    boundary = f'<boundaryEvent id="b" attachedToRef="u">{timer("timeDuration", "missing")}</boundaryEvent>'
    instance = Instance(diagram(line(USER) + boundary + '<endEvent id="e2"/>' + flows("b>e2")))
    instance.start()
    assert instance.only(events.IncidentRaised).element == "b"
    assert instance.only(events.UserTaskCreated).element == "u"
    resolve(instance, missing="PT1H")
    assert instance.only(events.TimerScheduled).element == "b"
    instance.later(hours=1)
    assert instance.state.status is InstanceStatus.COMPLETED


def test_a_gateway_whose_condition_fails_or_holds_nowhere_is_an_incident():
    body = START_END + '<exclusiveGateway id="g"/>' + script("a", "x = 1")
    instance = Instance(diagram(body + flows("s>g", "g>a?n &gt; 1", "g>e?n &lt; 0", "a>e")))
    instance.start()
    assert "NameError" in instance.only(events.IncidentRaised).message
    resolve(instance, n=1)
    assert instance.only(events.IncidentRaised).element == "g"
    resolve(instance, n=2)
    assert instance.result == {"n": 2, "x": 1}


def test_the_parameter_of_a_service_task_that_fails_is_an_incident():
    instance = Instance(diagram(line(service("sv", "mail/send", "r", "to=missing"))))
    instance.start()
    assert instance.waits(events.JobCreated) == []
    resolve(instance, missing="ann")
    instance.done()
    assert instance.state.status is InstanceStatus.COMPLETED


def test_an_uncaught_error_does_not_take_the_normal_path():
    inner = '<startEvent id="s1"/><endEvent id="x"><errorEventDefinition errorRef="er"/></endEvent>' + flows("s1>x")
    body = line(f'<subProcess id="sp">{inner}</subProcess>', script("n", "normal = True"))
    instance = Instance(diagram(body, '<error id="er" name="A" errorCode="A"/>'))
    instance.start()
    incident = instance.only(events.IncidentRaised)
    assert (incident.element, incident.code) == ("x", Code.ERROR_UNCAUGHT)


def test_a_caught_error_takes_the_path_of_its_boundary_event():
    inner = '<startEvent id="s1"/><endEvent id="x"><errorEventDefinition errorRef="er"/></endEvent>' + flows("s1>x")
    boundary = '<boundaryEvent id="b" attachedToRef="sp"><errorEventDefinition errorRef="er"/></boundaryEvent>'
    body = line(f'<subProcess id="sp">{inner}</subProcess>', script("n", "normal = True"))
    body += boundary + script("h", "handled = True") + '<endEvent id="e2"/>' + flows("b>h", "h>e2")
    instance = Instance(diagram(body, '<error id="er" name="A" errorCode="A"/>'))
    instance.start()
    assert instance.result == {"handled": True}


def test_an_interrupting_boundary_event_stops_automatic_tasks_of_its_scope():
    top = '<signal id="sg" name="stop"/>'
    throw = '<intermediateThrowEvent id="th"><signalEventDefinition signalRef="sg"/></intermediateThrowEvent>'
    inner = '<startEvent id="s1"/>' + throw + script("a", "after = True") + '<endEvent id="e1"/>'
    inner += flows("s1>th", "th>a", "a>e1")
    boundary = '<boundaryEvent id="b" attachedToRef="sp"><signalEventDefinition signalRef="sg"/></boundaryEvent>'
    body = line(f'<subProcess id="sp">{inner}</subProcess>') + boundary + script("h", "handled = True")
    instance = Instance(diagram(body + '<endEvent id="e2"/>' + flows("b>h", "h>e2"), top))
    instance.start()
    assert instance.result == {"handled": True}


def test_a_stall_of_spiffworkflow_is_an_incident():
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>n</loopCardinality>'
        "</multiInstanceLoopCharacteristics>"
    )
    instance = Instance(diagram(line(f'<scriptTask id="a">{loop}<script>x = 1</script></scriptTask>')))
    instance.start(n=-1)
    incident = instance.only(events.IncidentRaised)
    assert (incident.element, incident.code) == ("a", Incident.STALLED)
    resolve(instance)
    assert instance.only(events.IncidentRaised).code == Incident.STALLED
    instance.give(commands.CancelInstance())
    assert instance.state.status is InstanceStatus.CANCELLED


def test_a_join_that_waits_for_a_branch_that_was_not_taken_is_an_incident():
    body = (
        START_END
        + '<exclusiveGateway id="x" default="x_b"/><parallelGateway id="h"/>'
        + script("a", "n = 1")
        + script("b", "n = 2")
    )
    instance = Instance(diagram(body + flows("s>x", "x>a?False", "x>b", "a>h", "b>h", "h>e")))
    instance.start()
    incident = instance.only(events.IncidentRaised)
    assert (incident.element, incident.code) == ("h", Incident.STALLED)


def test_a_loop_that_spiffworkflow_could_no_longer_follow_is_an_incident(monkeypatch):
    monkeypatch.setattr(run, "LONGEST_PATH", 60)
    body = START_END + '<exclusiveGateway id="g"/><exclusiveGateway id="h" default="h_e"/>' + USER
    instance = Instance(diagram(body + flows("s>g", "g>u", "u>h", "h>g?again", "h>e")))
    instance.start()
    turns = 0
    while not instance.waits(events.IncidentRaised):
        instance.complete(again=True)
        turns += 1
    assert turns == 20
    assert instance.only(events.IncidentRaised).code == Incident.PATH_TOO_LONG


def test_what_fails_between_the_elements_of_the_diagram_is_an_incident_of_the_process(monkeypatch):
    monkeypatch.setattr(run, "LONGEST_PATH", 60)
    body = START_END + '<exclusiveGateway id="h" default="h_e"/>' + USER
    boundary = f'<boundaryEvent id="b" attachedToRef="u">{timer("timeDuration", "&quot;PT1H&quot;")}</boundaryEvent>'
    instance = Instance(diagram(body + boundary + flows("s>u", "u>h", "h>u?again", "h>e", "b>e")))
    instance.start()
    while not instance.waits(events.IncidentRaised):
        instance.complete(again=True)
    incident = instance.only(events.IncidentRaised)
    assert incident.code == Incident.PATH_TOO_LONG
    resolve(instance)
    assert instance.only(events.IncidentRaised).code == Incident.PATH_TOO_LONG


def test_a_loop_without_a_wait_ends_in_an_incident():
    body = START_END + '<exclusiveGateway id="g"/><exclusiveGateway id="h" default="h_e"/>' + script("a", "n = n + 1")
    instance = Instance(diagram(body + flows("s>g", "g>a", "a>h", "h>g?True", "h>e")))
    instance.start(n=0)
    assert instance.only(events.IncidentRaised).code == Incident.PATH_TOO_LONG


def test_while_a_job_has_an_incident_it_cannot_fail_again():
    instance = Instance(diagram(line(service("sv", "mail/send"))))
    instance.start()
    job = instance.only(events.JobCreated).job
    assert instance.give(commands.FailJob(job=job, message="no", retries=-1)).code == Code.RETRIES_NEGATIVE
    assert instance.give(commands.ThrowError(job=job, code="")).code == Code.ERROR_CODE_EMPTY
    instance.give(commands.FailJob(job=job, message="no", retries=0))
    assert instance.give(commands.FailJob(job=job, message="no", retries=0)).code == Code.JOB_HAS_INCIDENT
    assert instance.give(commands.ThrowError(job=job, code="x")).code == Code.JOB_HAS_INCIDENT
    instance.done(late=True)
    assert instance.state.status is InstanceStatus.COMPLETED
