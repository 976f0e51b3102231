"""Message flows connect two pools, from what can send to what can receive."""

from __future__ import annotations

import pytest

from engine.bpmn import read_bpmn
from engine.problems import Problem

FILE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><message id="m" name="order"/>
  <collaboration id="c"><participant id="us" processRef="p"/><participant id="them"/><participant id="drawn" processRef="q"/>
    <messageFlow id="f" sourceRef="{source}" targetRef="{target}"/></collaboration>
  <process id="p" isExecutable="true">
    <startEvent id="called"><messageEventDefinition messageRef="m"/></startEvent><startEvent id="plain"/>
    <task id="work"/><exclusiveGateway id="which"/><endEvent id="end"/>
    <sequenceFlow id="s1" sourceRef="called" targetRef="work"/><sequenceFlow id="s2" sourceRef="plain" targetRef="work"/>
    <sequenceFlow id="s3" sourceRef="work" targetRef="which"/><sequenceFlow id="s4" sourceRef="which" targetRef="end"/>
  </process><process id="q"><task id="theirs"/></process></definitions>"""


def found(source: str, target: str) -> list[Problem]:
    problems = read_bpmn(FILE.format(source=source, target=target).encode(), "f.bpmn").problems
    return [problem for problem in problems if problem.code in {"BPMN-3328", "BPMN-3329"}]


@pytest.mark.parametrize(
    ("source", "target"), [("them", "called"), ("them", "work"), ("work", "them"), ("work", "theirs"), ("us", "them")]
)
def test_a_flow_from_a_sender_to_a_receiver_in_another_pool_is_taken(source: str, target: str) -> None:
    assert found(source, target) == []


@pytest.mark.parametrize(("source", "target"), [("work", "called"), ("us", "work"), ("work", "us"), ("us", "us")])
def test_a_flow_inside_one_pool_is_refused(source: str, target: str) -> None:
    (problem,) = found(source, target)
    assert (problem.code, problem.element, problem.severity) == ("BPMN-3328", "f", "error")
    assert "the same pool “us”" in problem.message


@pytest.mark.parametrize(
    ("source", "target", "field"),
    [
        ("called", "them", "sourceRef"),
        ("which", "them", "sourceRef"),
        ("end", "them", "sourceRef"),
        ("them", "plain", "targetRef"),
        ("them", "end", "targetRef"),
        ("them", "which", "targetRef"),
    ],
)
def test_a_flow_from_what_sends_nothing_or_to_what_receives_nothing_is_refused(source: str, target: str, field: str) -> None:
    (problem,) = found(source, target)
    assert (problem.code, problem.element, problem.field) == ("BPMN-3329", "f", field)
