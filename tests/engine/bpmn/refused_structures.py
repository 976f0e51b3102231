"""An example for each rule about structure, definitions and values."""

from __future__ import annotations

from engine.bpmn import Code
from tests.engine.bpmn.diagram import MESSAGE, between, chain, end, extended, flow, process, start
from tests.engine.bpmn.refused import (
    CATCH,
    INNER,
    JOB,
    SOON,
    UNDO,
    Case,
    boundary,
    cancelled,
    catch,
    choice,
    event_sub,
    link_end,
    linked,
    looped,
    pools,
    service,
    undone,
    user,
    when,
)

STRUCTURES = [
    Case(Code.NO_START, "p", "<process", process('<task id="n"/>' + end() + flow("n", "e"))),
    Case(Code.NO_START, "n", "<subProcess", between('<subProcess id="n"/>')),
    Case(Code.SEVERAL_STARTS, "s2", '"s2"', between('<task id="n"/>', more=start("s2") + flow("s2", "n"))),
    Case(
        Code.INNER_START_NOT_NONE,
        "is",
        '<startEvent id="is"',
        between(
            f'<subProcess id="n">\n<startEvent id="is">{SOON}</startEvent>' + end("ie") + flow("is", "ie") + "</subProcess>"
        ),
    ),
    Case(Code.FLOW_END_MISSING, "x", '<sequenceFlow id="x"', between('<task id="n"/>', more=flow("n", "nowhere", flow_id="x"))),
    Case(
        Code.FLOW_END_MISSING,
        "x",
        '<sequenceFlow id="x"',
        between('<task id="n"/>', more='<sequenceFlow id="x" sourceRef="n"/>'),
    ),
    Case(
        Code.FLOW_CROSSES,
        "x",
        '<sequenceFlow id="x"',
        between(f'<subProcess id="n">{INNER}</subProcess>', more=flow("ie", "e", flow_id="x")),
    ),
    Case(
        Code.CONDITION_MISPLACED, "s_n", '"s_n"', process(start() + '<task id="n"/>' + end() + when("s", "n") + flow("n", "e"))
    ),
    Case(Code.CONDITION_MISSING, "n_e2", '"n_e2"', choice(when("n", "e1"), flow("n", "e2"))),
    Case(Code.DEFAULT_UNKNOWN, "n", "<exclusive", choice(flow("n", "e1"), gateway='<exclusiveGateway id="n" default="s_n"/>')),
    Case(
        Code.DEFAULT_WITH_CONDITION,
        "n_e1",
        '<sequenceFlow id="n_e1"',
        choice(when("n", "e1"), gateway='<exclusiveGateway id="n" default="n_e1"/>'),
    ),
    Case(Code.NO_DEFAULT, "n", "<exclusive", choice(*(when("n", f"e{i}") for i in (1, 2)))),
    Case(Code.NO_DEFAULT, "n", "<task", choice(*(when("n", f"e{i}") for i in (1, 2)), gateway='<task id="n"/>')),
    Case(Code.START_WITH_INCOMING, "s", "<startEvent", between('<task id="n"/>', more=flow("n", "s"))),
    Case(Code.END_WITH_OUTGOING, "e", "<endEvent", between('<task id="n"/>', more=flow("e", "n"))),
    Case(Code.NO_INCOMING, "t", '<task id="t"', between('<task id="n"/>', more='<task id="t"/>\n' + flow("t", "e"))),
    Case(Code.NO_OUTGOING, "g", "<parallel", between('<task id="n"/>', more='<parallelGateway id="g"/>\n' + flow("n", "g"))),
    Case(Code.NOT_ATTACHED, "b", "<boundary", boundary(CATCH, 'attachedToRef="e"')),
    Case(Code.NOT_ATTACHED, "b", "<boundary", boundary(CATCH, "")),
    Case(Code.BOUNDARY_WITH_INCOMING, "b", "<boundary", boundary(CATCH, more=flow("n", "b"))),
    Case(
        Code.ERROR_MUST_INTERRUPT,
        "b",
        "<boundary",
        boundary("<errorEventDefinition/>", 'attachedToRef="n" cancelActivity="false"'),
    ),
    Case(
        Code.CAUGHT_TWICE,
        "b2",
        '"b2"',
        boundary(CATCH, more=(f'<boundaryEvent id="b2" attachedToRef="n">{CATCH}</boundaryEvent>' + flow("b2", "e2"))),
    ),
    Case(
        Code.CAUGHT_TWICE,
        "s2",
        '"s2"',
        process(
            f'<startEvent id="s">{CATCH}</startEvent>\n<startEvent id="s2">{CATCH}</startEvent>'
            + end()
            + flow("s", "e")
            + flow("s2", "e"),
            MESSAGE,
        ),
    ),
    Case(
        Code.AFTER_EVENT_GATEWAY,
        "e1",
        '<endEvent id="e1"',
        choice(flow("n", "e1"), flow("n", "e2"), gateway='<eventBasedGateway id="n"/>\n'),
    ),
    Case(
        Code.EVENT_GATEWAY_SINGLE,
        "g",
        "<eventBased",
        between(f'<intermediateCatchEvent id="n">{SOON}</intermediateCatchEvent>')
        .replace(b'targetRef="n"', b'targetRef="g"')
        .replace(b"<endEvent", b'<eventBasedGateway id="g"/>' + flow("g", "n").encode() + b"<endEvent"),
    ),
    Case(Code.ONLY_FLOW_CONDITIONAL, "n_e1", '"n_e1"', choice(when("n", "e1"), gateway='<task id="n"/>')),
    Case(Code.FLOW_LISTS_DISAGREE, "n", "<incoming", between('<task id="n">\n<incoming>n_e</incoming></task>')),
    Case(Code.DIRECTION_DISAGREES, "n", "<parallel", between('<parallelGateway id="n" gatewayDirection="Diverging"/>')),
    Case(
        Code.LANE_REFERENCE,
        "l",
        "<flowNodeRef",
        between('<task id="n"/>', more='<laneSet id="ls"><lane id="l">\n<flowNodeRef>gone</flowNodeRef></lane></laneSet>'),
    ),
    Case(
        Code.IN_TWO_LANES,
        "l2",
        "<lane id='l2'",
        between(
            '<task id="n"/>',
            more=(
                "<laneSet id='ls'><lane id='l'><flowNodeRef>n</flowNodeRef></lane>\n"
                "<lane id='l2'><flowNodeRef>n</flowNodeRef></lane></laneSet>"
            ),
        ),
    ),
    Case(Code.DEAD_END, "t", '<task id="t"', between('<task id="n"/>', more='<task id="t"/>\n' + flow("n", "t"))),
    Case(Code.MESSAGE_FLOW_INSIDE, "f", "<messageFlow", between('<task id="n"/>', pools("n", "us"))),
    Case(Code.MESSAGE_FLOW_END, "f", "<messageFlow", between('<task id="n"/>', pools("them", "s"))),
    Case(
        Code.GATEWAY_CIRCLE,
        "n",
        "<exclusive",
        process(
            start()
            + '<exclusiveGateway id="n" default="n_m"/>\n<exclusiveGateway id="m" default="m_n"/>'
            + end()
            + chain("s", "n", "m", "n")
            + when("m", "e")
        ),
    ),
    Case(
        Code.EVENT_SUB_PROCESS_START,
        "sub",
        "<subProcess",
        event_sub(f'<startEvent id="y">{CATCH}</startEvent>' + flow("y", "z")),
    ),
    Case(Code.EVENT_SUB_PROCESS_CONNECTED, "sub", "<subProcess", event_sub(after=flow("n", "sub"))),
    Case(Code.EVENT_WITHOUT_DEFINITION, "x", '<startEvent id="x"', event_sub(trigger="")),
    Case(
        Code.ERROR_MUST_INTERRUPT,
        "x",
        '<startEvent id="x"',
        event_sub(trigger="<errorEventDefinition/>", attributes='isInterrupting="false"'),
    ),
    Case(
        Code.ESCALATION_WITHOUT_CODE,
        "e2",
        '<endEvent id="e2"',
        process(start() + '<endEvent id="e2">\n<escalationEventDefinition/></endEvent>' + flow("s", "e2")),
    ),
    Case(
        Code.ESCALATION_WITHOUT_CODE,
        "b",
        "<boundary",
        boundary('<escalationEventDefinition escalationRef="x"/>').replace(b"<message", b'<escalation id="x"/><message'),
    ),
    Case(Code.LINK_UNMATCHED, "n", "<intermediateThrow", linked('<task id="t"/>', flow("t", "e"))),
    Case(
        Code.LINK_UNMATCHED,
        "l",
        '<intermediateCatchEvent id="l"',
        between('<task id="n"/>', more=link_end("l") + flow("l", "e")),
    ),
    Case(
        Code.LINK_UNMATCHED,
        "n",
        "<intermediateThrow",
        linked(f'<subProcess id="sub">{INNER}{link_end("l")}{end("le")}{flow("l", "le")}</subProcess>', flow("sub", "e")),
    ),
    Case(
        Code.LINK_TWICE,
        "l2",
        '<intermediateCatchEvent id="l2"',
        linked(link_end("l") + link_end("l2"), flow("l", "e") + flow("l2", "e")),
    ),
    Case(Code.LINK_CONNECTED, "l", '<intermediateCatchEvent id="l"', linked(link_end("l"), flow("l", "e") + flow("s", "l"))),
    Case(Code.LINK_CONNECTED, "n", "<intermediateThrow", linked(link_end("l"), flow("l", "e") + flow("n", "e"))),
    Case(Code.SIGNAL_WITHOUT_NAME, "n", "<signalE", catch("<signalEventDefinition/>")),
    Case(
        Code.SIGNAL_WITHOUT_NAME,
        "n",
        "<signalE",
        catch('<signalEventDefinition signalRef="x"/>').replace(b"<message", b'<signal id="x"/><message'),
    ),
    Case(Code.VALUE_MISSING, "n", "<conditionalE", catch("<conditionalEventDefinition/>")),
    Case(Code.COMPENSATION_HANDLER, "b", "<boundary", undone("", "")),
    Case(Code.COMPENSATION_HANDLER, "b", "<boundary", undone(flow("b", "e"))),
    Case(Code.COMPENSATION_HANDLER, "u", '<task id="u"', undone(association="")),
    Case(Code.COMPENSATION_HANDLER, "u", '<task id="u"', undone(flow("u", "e"))),
    Case(Code.COMPENSATION_HANDLER, "b", "<boundary", undone("", UNDO.replace('isForCompensation="true"', ""))),
    Case(
        Code.COMPENSATION_HANDLER,
        "b2",
        '<boundaryEvent id="b2"',
        undone('<boundaryEvent id="b2" attachedToRef="n"><compensateEventDefinition/></boundaryEvent>'),
    ),
    Case(Code.COMPENSATION_HANDLER, "x", '<startEvent id="x"', event_sub(trigger="<compensateEventDefinition/>")),
    Case(
        Code.COMPENSATION_TARGET,
        "n",
        "<intermediateThrow",
        between('<intermediateThrowEvent id="n"><compensateEventDefinition activityRef="s"/></intermediateThrowEvent>'),
    ),
    Case(Code.CANCEL_MISPLACED, "b", "<boundary", boundary("<cancelEventDefinition/>")),
    Case(Code.CANCEL_MISPLACED, "x", '<endEvent id="x"', cancelled("subProcess")),
    Case(Code.CANCEL_MISPLACED, "x", '<endEvent id="x"', cancelled("transaction")),
    Case(
        Code.ERROR_MUST_INTERRUPT,
        "b",
        "<boundary",
        boundary("<cancelEventDefinition/>", 'attachedToRef="n" cancelActivity="false"').replace(
            b'<task id="n"/>', f'<transaction id="n">{INNER}</transaction>'.encode()
        ),
    ),
    Case(Code.LINK_WITHOUT_NAME, "n", "<linkEvent", catch("<linkEventDefinition/>")),
    Case(Code.REFERENCE_UNKNOWN, "n", "<messageEventD", catch('<messageEventDefinition messageRef="gone"/>')),
    Case(Code.REFERENCE_UNKNOWN, "n", "<eventDefinitionRef", catch("<eventDefinitionRef>gone</eventDefinitionRef>")),
    Case(Code.REFERENCE_UNKNOWN, "b", "<boundary", boundary('<errorEventDefinition errorRef="code"/>')),
    Case(Code.MESSAGE_WITHOUT_NAME, "n", "<receive", between('<receiveTask id="n" messageRef="x"/>', '<message id="x"/>')),
    Case(
        Code.NO_CORRELATION_KEY, "n", "<receive", between('<receiveTask id="n" messageRef="x"/>', '<message id="x" name="y"/>')
    ),
    Case(
        Code.ERROR_WITHOUT_CODE,
        "b",
        "<boundary",
        boundary('<errorEventDefinition errorRef="x"/>').replace(b"<message", b'<error id="x"/><message'),
    ),
    Case(
        Code.ERROR_WITHOUT_CODE,
        "x",
        '<endEvent id="x"',
        process(start() + '<endEvent id="x"><errorEventDefinition/></endEvent>' + flow("s", "x")),
    ),
    Case(Code.EVENT_WITHOUT_DEFINITION, "n", "<intermediateC", catch("")),
    Case(Code.EVENT_WITHOUT_DEFINITION, "n", "<messageEventD", catch("<messageEventDefinition/>")),
    Case(Code.TIMER_NOT_ONE, "n", "<timerEvent", catch("<timerEventDefinition/>")),
    Case(
        Code.TIMER_NOT_ONE,
        "n",
        "<timerEvent",
        catch("<timerEventDefinition><timeDuration>PT1H</timeDuration><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"),
    ),
    Case(Code.NOTHING_TO_RUN, "n", "<serviceTask", service("")),
    Case(Code.NOTHING_TO_RUN, "n", "<scriptTask", between('<scriptTask id="n"/>')),
    Case(Code.NOTHING_TO_RUN, "n", "<callActivity", between('<callActivity id="n"/>')),
    Case(Code.NOTHING_TO_RUN, "n", "<sendTask", between('<sendTask id="n"/>')),
    Case(Code.TWO_THINGS_TO_RUN, "n", "<sendTask", between(extended("sendTask", JOB, 'messageRef="m"'), MESSAGE)),
    Case(Code.FORM_KIND, "n", "<zeebe:form", user('<zeebe:formDefinition formKey="camunda-forms:x"/>')),
    Case(Code.VALUE_MISSING, "n", "<zeebe:taskDef", service('<zeebe:taskDefinition type=" "/>')),
    Case(
        Code.VALUE_MISSING,
        "n_e",
        "<conditionExp",
        process(start() + '<task id="n"/>' + end() + flow("s", "n") + flow("n", "e", "\n<conditionExpression/>")),
    ),
    Case(Code.VALUE_UNKNOWN, "n", "<zeebe:form", user('<zeebe:formDefinition formId="f" bindingType="newest"/>')),
    Case(
        Code.VARIABLE_NAME,
        "n",
        "<zeebe:output",
        service(JOB + '<zeebe:ioMapping>\n<zeebe:output source="=a" target="my result"/></zeebe:ioMapping>'),
    ),
    Case(
        Code.ACTIVATION_MISSING,
        "n",
        "<complexGateway",
        between(
            "\n<complexGateway id='n'/>", more="<parallelGateway id='f'/>" + flow("f", "n") + flow("f", "n", flow_id="x")
        ).replace(b'targetRef="n"', b'targetRef="f"', 1),
    ),
    Case(Code.LOOP_WITHOUT_END, "n", "<standard", between('<task id="n">\n<standardLoopCharacteristics id="x"/></task>')),
    Case(
        Code.NUMBER_RANGE,
        "n",
        "<standard",
        between('<task id="n">\n<standardLoopCharacteristics loopMaximum="0"/></task>'),
    ),
    Case(Code.NUMBER_RANGE, "n", "<zeebe:taskDef", service('<zeebe:taskDefinition type="t" retries="often"/>')),
    Case(Code.LOOP_WITHOUT_ITEMS, "n", "<multiInstance", looped("")),
    Case(
        Code.OUTPUT_HALF,
        "n",
        "<zeebe:loop",
        looped(
            '<extensionElements>\n<zeebe:loopCharacteristics inputCollection="=a" outputCollection="b"/></extensionElements>'
        ),
    ),
    Case(
        Code.FEEL_BROKEN,
        "n",
        "<zeebe:output",
        service(JOB + '<zeebe:ioMapping>\n<zeebe:output source="=a +" target="b"/></zeebe:ioMapping>'),
    ),
    Case(Code.FEEL_BROKEN, "n", "<zeebe:taskDef", service('<zeebe:taskDefinition type="= "/>')),
    Case(Code.FEEL_REQUIRED, "n_e1", "<conditionExp", choice(when("n", "e1", "amount > 3"), flow("n", "e2"))),
    Case(Code.JUEL, "n_e1", "<conditionExp", choice(when("n", "e1", "${amount > 3}"), flow("n", "e2"))),
]
