"""An example for each word that the reader does not know or does not run."""

from __future__ import annotations

from engine.bpmn import Code
from tests.engine.bpmn.diagram import MESSAGE, between, end, extended, flow, process, start
from tests.engine.bpmn.refused import CATCH, JOB, SOON, Case, boundary, catch, looped, service

WORDS = [
    Case(Code.NOT_BPMN, None, "<drawing", b'\n<drawing xmlns="http://example.test"/>'),
    Case(Code.NO_EXECUTABLE_PROCESS, "p", "<process", process(start(), attributes='id="p"')),
    Case(
        Code.PROCESS_NOT_EXECUTABLE,
        "q",
        "<process id='q'",
        process(start() + end() + flow("s", "e"), "<process id='q' name='Customer'/>"),
    ),
    Case(Code.TOO_MANY_ELEMENTS, None, "<definitions", process("".join(f'<task id="t{n}"/>' for n in range(5001)))),
    Case(Code.ID_MISSING, "p", "<task name", between('<task id="n"/>', more='<task name="No id"/>')),
    Case(Code.ID_MISSING, None, "<process", process(start() + end() + flow("s", "e"), attributes='isExecutable="true"')),
    Case(Code.ID_TWICE, "e", '<endEvent id="e"', between('<task id="n"/>', '<message id="e" name="x"/>')),
    Case(
        Code.IMPORT_NOT_LOADED,
        None,
        "<import",
        between('<task id="n"/>', '<import location="x.xsd" namespace="x" importType="y"/>'),
    ),
    Case(Code.ELEMENT_UNKNOWN, "r", "<robotTask", between('<task id="n"/>', more='<robotTask id="r"/>')),
    Case(Code.ELEMENT_UNKNOWN, "r", "<robot", between('<task id="n"/>', '<robot id="r"/>')),
    Case(Code.ELEMENT_MISPLACED, "n", "<timeCycle", between('<task id="n">\n<timeCycle>R/PT1H</timeCycle></task>')),
    Case(
        Code.ELEMENT_MISPLACED,
        "s",
        "<startEvent",
        process('<startEvent id="s"><errorEventDefinition/></startEvent>' + end() + flow("s", "e")),
    ),
    Case(Code.ATTRIBUTE_UNKNOWN, "n", "<task", between('<task id="n" speed="high"/>')),
    Case(Code.ATTRIBUTE_VALUE, "n", "<multiInstance", looped("<loopCardinality>2</loopCardinality>", 'isSequential="yes"')),
    Case(Code.FOREIGN_ATTRIBUTE, "n", "<task", between('<task id="n" other:colour="red"/>')),
    Case(Code.FOREIGN_ELEMENT, "n", "<other:thing", between(extended("task", "<other:thing/>"))),
    Case(Code.ZEEBE_UNKNOWN, "n", "<zeebe:robot", service(JOB + "\n<zeebe:robot/>")),
    Case(Code.ZEEBE_UNKNOWN, "n", "<zeebe:taskDef", service('<zeebe:taskDefinition type="t" speed="high"/>')),
    Case(Code.ZEEBE_MISPLACED, "n", "<zeebe:script", service(JOB + '\n<zeebe:script expression="=1" resultVariable="a"/>')),
    Case(
        Code.ZEEBE_MISPLACED,
        "b",
        "<zeebe:ioM",
        boundary(
            '<extensionElements>\n<zeebe:ioMapping><zeebe:input source="=1" target="a"/></zeebe:ioMapping></extensionElements>'
            + CATCH
        ),
    ),
    Case(Code.OTHER_ENGINE, "n", "<serviceTask", service("", 'camunda:delegateExpression="x"')),
    Case(Code.OTHER_ENGINE_WITHOUT_EFFECT, "n", "<serviceTask", service(JOB, 'camunda:asyncBefore="true"')),
    Case(
        Code.TRANSLATED,
        "n",
        "<userTask",
        between('<userTask id="n" camunda:assignee="demo"/>').replace(
            b'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" ', b""
        ),
    ),
    Case(Code.EXTENSION_TWICE, "n", '"t2"', service(JOB + '\n<zeebe:taskDefinition type="t2"/>')),
    Case(
        Code.EXTENSION_TWICE,
        "n",
        'value="2"',
        service(JOB + '<zeebe:taskHeaders><zeebe:header key="a"/>\n<zeebe:header key="a" value="2"/></zeebe:taskHeaders>'),
    ),
    Case(
        Code.MUST_UNDERSTAND,
        None,
        "<extension",
        between('<task id="n"/>', '<extension mustUnderstand="true" definition="x:y"/>'),
    ),
    Case(
        Code.CONDITIONAL_EVENT,
        "n",
        "<zeebe:cond",
        catch(
            "<conditionalEventDefinition><extensionElements>"
            '\n<zeebe:conditionalFilter variableNames="a" variableEvents="create"/>'
            "</extensionElements><condition>=a</condition></conditionalEventDefinition>"
        ),
    ),
    Case(
        Code.CONDITIONAL_EVENT,
        "s",
        '<startEvent id="s"',
        process(
            '<startEvent id="s"><conditionalEventDefinition><condition>=a</condition></conditionalEventDefinition></startEvent>'
            + end()
            + flow("s", "e")
        ),
    ),
    Case(Code.MULTIPLE_EVENT, "n", "<intermediateC", catch(CATCH + '<linkEventDefinition name="x"/>')),
    Case(
        Code.MULTIPLE_EVENT,
        "s",
        "<startEvent",
        process(f'\n<startEvent id="s" parallelMultiple="true">{CATCH}{SOON}</startEvent>' + end() + flow("s", "e"), MESSAGE),
    ),
    Case(
        Code.MULTIPLE_EVENT,
        "b",
        "<boundary",
        boundary(f"<errorEventDefinition/>{CATCH}", 'attachedToRef="n" parallelMultiple="true"'),
    ),
    Case(
        Code.MULTIPLE_EVENT,
        "x",
        "<endEvent",
        process(
            start()
            + '\n<endEvent id="x"><terminateEventDefinition/><errorEventDefinition errorRef="err"/></endEvent>'
            + flow("s", "x"),
            '<error id="err" errorCode="E"/>',
        ),
    ),
    Case(Code.CAUGHT_TWICE, "n", "<intermediateC", catch(CATCH + CATCH)),
    Case(
        Code.ZEEBE_MISPLACED,
        "n",
        "<intermediateThrow",
        between(
            "\n" + extended("intermediateThrowEvent", JOB, content=f'{CATCH}<escalationEventDefinition escalationRef="late"/>'),
            MESSAGE + '<escalation id="late" escalationCode="LATE"/>',
        ),
    ),
    Case(Code.CHOREOGRAPHY, "c", "<choreography", between('<task id="n"/>', '<choreography id="c"/>')),
    Case(Code.GLOBAL_TASK, "g", "<globalTask", between('<task id="n"/>', '<globalTask id="g"/>')),
    Case(Code.RESOURCE_ROLE, "n", "<potentialOwner", between('<userTask id="n">\n<potentialOwner id="x"/></userTask>')),
    Case(Code.CORRELATION, "c", "<correlationProperty", between('<task id="n"/>', '<correlationProperty id="c"/>')),
    Case(Code.OPERATION, "n", "<serviceTask", service(JOB, 'operationRef="op"')),
    Case(Code.OPERATION, "n", "<serviceTask", service(JOB, 'implementation="http://example.test/service"')),
    Case(
        Code.SCRIPT_LANGUAGE,
        "n",
        "<script>",
        between('<scriptTask id="n" scriptFormat="python">\n<script>import os</script></scriptTask>'),
    ),
    Case(Code.SCRIPT_LANGUAGE, "n", "<scriptTask", between('<scriptTask id="n" scriptFormat="javascript"/>')),
    Case(Code.LOOP_DATA, "n", "<multiInstance", looped("<loopCardinality>1</loopCardinality>", 'behavior="One"')),
    Case(Code.LOOP_DATA, "n", "<multiInstance", looped("<loopCardinality>1</loopCardinality>", 'behavior="Complex"')),
    Case(
        Code.REFERENCE_UNKNOWN,
        "n",
        "<multiInstance",
        looped("<loopCardinality>1</loopCardinality>", 'behavior="None" noneBehaviorEventRef="gone"'),
    ),
    Case(
        Code.VALUE_MISSING,
        "n",
        "<complexB",
        looped("<loopCardinality>1</loopCardinality>\n<complexBehaviorDefinition/>", 'behavior="Complex"'),
    ),
    Case(
        Code.LOOP_DATA,
        "n",
        "<complexB",
        looped(
            "<loopCardinality>1</loopCardinality>\n<complexBehaviorDefinition><condition>=true</condition><event>"
            f"{SOON}</event></complexBehaviorDefinition>",
            'behavior="Complex"',
        ),
    ),
    Case(Code.INSTANTIATING, "n", "<receiveTask", between('<receiveTask id="n" messageRef="m" instantiate="true"/>', MESSAGE)),
    Case(
        Code.INSTANTIATING,
        "r",
        "<receiveTask id='r'",
        between("<subProcess id='n'>\n<receiveTask id='r' messageRef='m' instantiate='true'/></subProcess>", MESSAGE),
    ),
    Case(
        Code.INSTANTIATING,
        "r",
        "<receiveTask id='r'",
        between(
            '<task id="n"/>',
            MESSAGE,
            "\n<receiveTask id='r' messageRef='m' instantiate='true'>"
            "<standardLoopCharacteristics loopMaximum='2'/></receiveTask>",
        ),
    ),
    Case(
        Code.INSTANTIATING,
        "g",
        "<eventBasedGateway",
        between('<task id="n"/>', more="\n<eventBasedGateway id='g' instantiate='true' eventGatewayType='Parallel'/>"),
    ),
    Case(Code.ZEEBE_NOT_RUN, "n", "<zeebe:agent", service(JOB + '\n<zeebe:agentDefinition agentType="x"/>')),
    Case(Code.ZEEBE_WITHOUT_EFFECT, "n", "<zeebe:jobPriority", service(JOB + '\n<zeebe:jobPriorityDefinition priority="5"/>')),
    Case(
        Code.LISTENERS,
        "n",
        "<exclusiveGateway",
        between(
            '<exclusiveGateway id="n"><extensionElements><zeebe:executionListeners>'
            '<zeebe:executionListener eventType="end" type="note"/>'
            "</zeebe:executionListeners></extensionElements></exclusiveGateway>"
        ),
    ),
    Case(
        Code.TOKEN_QUANTITY,
        "t",
        "<task",
        between('<adHocSubProcess id="n">\n<task id="t" startQuantity="2"/></adHocSubProcess>'),
    ),
    Case(Code.TOKEN_QUANTITY, "n", "<task", process(start() + '<task id="n" completionQuantity="2"/>' + flow("s", "n"))),
    Case(Code.NUMBER_RANGE, "n", "<task", between('<task id="n" startQuantity="0"/>')),
    Case(Code.NUMBER_RANGE, "n", "<task", between('<task id="n" completionQuantity="1001"/>')),
]
