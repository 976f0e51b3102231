"""An example for each rule about data that a diagram can break (BPMN 2.0 §10.4)."""

from __future__ import annotations

from engine.bpmn import Code
from tests.engine.bpmn.diagram import between
from tests.engine.bpmn.refused import Case, looped

OBJECT = '<dataObject id="d" name="data"/>\n<dataObjectReference id="r" dataObjectRef="d"/>\n'
SETS = "<inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/>"
INTO = "<dataInputAssociation>\n<sourceRef>r</sourceRef><targetRef>i</targetRef></dataInputAssociation>"


def taking(
    association: str = INTO, sets: str = SETS, given: str = '<dataInput id="i" name="taken"/>', more: str = OBJECT
) -> bytes:
    """A task with one data input."""
    return between(f'<task id="n"><ioSpecification>\n{given}\n{sets}</ioSpecification>\n{association}</task>', more=more)


def with_value(value: str) -> bytes:
    """A data object with a setting."""
    return between(
        '<task id="n"/>',
        more='<dataObject id="d" name="data">\n<extensionElements><zeebe:properties>'
        f"\n<zeebe:property {value}/></zeebe:properties></extensionElements></dataObject>",
    )


DATA = [
    Case(
        Code.DATA_NOT_RUN,
        "n",
        "<inputSet",
        taking(
            sets="\n<inputSet><dataInputRefs>i</dataInputRefs><whileExecutingInputRefs>i</whileExecutingInputRefs>"
            "</inputSet><outputSet/>"
        ),
    ),
    Case(
        Code.DATA_NOT_RUN,
        "e",
        "<property",
        between('<task id="n"/>').replace(b'<endEvent id="e"/>', b'<endEvent id="e">\n<property id="x" name="y"/></endEvent>'),
    ),
    Case(Code.DATA_STORE, "n", "<dataInputA", taking(more='<dataStoreReference id="r" name="Orders"/>')),
    Case(Code.DATA_SET, "n", "<ioSpecification", taking(sets="")),
    Case(Code.DATA_SET, "n", "<dataInput ", taking(sets="<inputSet/><outputSet/>")),
    Case(
        Code.DATA_SET,
        "n",
        "<inputSet",
        taking(sets="\n<inputSet><optionalInputRefs>i</optionalInputRefs></inputSet><outputSet/>"),
    ),
    Case(
        Code.DATA_SET,
        "n",
        "<outputSet",
        taking(
            sets='<inputSet id="a"><dataInputRefs>i</dataInputRefs></inputSet>\n<outputSet><inputSetRefs>a</inputSetRefs>'
            "</outputSet>"
        ),
    ),
    Case(Code.DATA_REFERENCE, "n", "<dataInputA", taking(INTO.replace(">r<", ">n<"))),
    Case(
        Code.DATA_REFERENCE,
        "n",
        "<inputSet",
        taking(sets="\n<inputSet><dataInputRefs>r</dataInputRefs></inputSet><outputSet/>"),
    ),
    Case(
        Code.DATA_REFERENCE,
        "n",
        "<dataInputA",
        taking(more=f'<subProcess id="sub"><task id="t"/>{OBJECT}</subProcess>'),
    ),
    Case(Code.DATA_ASSOCIATION, "n", "<dataInputA", taking(INTO.replace("<sourceRef>", "<sourceRef>r</sourceRef><sourceRef>"))),
    Case(Code.DATA_ASSOCIATION, "n", "<task", taking("")),
    Case(
        Code.DATA_ASSOCIATION,
        "n",
        "<assignment",
        taking(INTO.replace("</targetRef>", "</targetRef>\n<assignment><from>=1</from><to>elsewhere</to></assignment>")),
    ),
    Case(Code.DATA_ASSOCIATION, "n", "<inputDataItem", looped('<loopCardinality>2</loopCardinality>\n<inputDataItem id="x"/>')),
    Case(
        Code.VALUE_MISSING,
        "n",
        "<transformation",
        taking(INTO.replace("</targetRef>", "</targetRef>\n<transformation/>")),
    ),
    Case(Code.DATA_TWICE, "p", 'id="x"', taking(more=OBJECT + '<property id="x" name="data"/>')),
    Case(
        Code.DATA_TYPE,
        "d",
        "<dataObject",
        between(
            '<task id="n"/>', '<itemDefinition id="list" isCollection="true"/>', '<dataObject id="d" itemSubjectRef="list"/>'
        ),
    ),
    Case(
        Code.DATA_TYPE,
        "n",
        "<receiveTask",
        between(
            '<receiveTask id="n" messageRef="m"><ioSpecification><dataOutput id="o" itemSubjectRef="tns:number"/><inputSet/>'
            "<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification></receiveTask>",
            '<itemDefinition id="text" structureRef="String"/><itemDefinition id="number" structureRef="Integer"/>'
            '<message id="m" name="order" itemRef="tns:text"><extensionElements><zeebe:subscription correlationKey="=1"/>'
            "</extensionElements></message>",
        ),
    ),
    Case(Code.INITIAL_VALUE, "d", "<zeebe:property", with_value('name="ringi:initialValue" value="=order.id"')),
    Case(Code.INITIAL_VALUE, "d", "<zeebe:property", with_value('name="ringi:initialValue" value="=now()"')),
    Case(
        Code.INITIAL_VALUE,
        "d",
        "<flowable:value",
        between(
            '<task id="n"/>',
            more='<dataObject id="d" itemSubjectRef="xsd:int"><extensionElements>\n<flowable:value>many</flowable:value>'
            "</extensionElements></dataObject>",
        ),
    ),
    Case(Code.SETTING_UNKNOWN, "d", "<zeebe:property", with_value('name="ringi:initialvalue" value="=1"')),
    Case(
        Code.ELEMENT_MISPLACED,
        "n",
        "<ioSpecification",
        between('<subProcess id="n">\n<ioSpecification><inputSet/><outputSet/></ioSpecification><task id="t"/></subProcess>'),
    ),
    Case(
        Code.VARIABLE_NAME,
        "d",
        "<dataObject",
        with_value('name="ringi:initialValue" value="=1"').replace(b'name="data"', b'name="for"'),
    ),
    Case(
        Code.TWO_THINGS_TO_RUN,
        "n",
        "<multiInstance",
        looped(
            '<extensionElements><zeebe:loopCharacteristics inputCollection="=a"/></extensionElements>'
            "<loopDataInputRef>a</loopDataInputRef>"
        ),
    ),
    Case(
        Code.REFERENCE_UNKNOWN,
        "o",
        "<operation",
        between(
            '<task id="n"/>',
            '<message id="m" name="x"/><interface id="i" name="i">\n<operation id="o"><errorRef>m</errorRef>'
            "</operation></interface>",
        ),
    ),
    Case(
        Code.ATTRIBUTE_VALUE,
        "b",
        "<boundaryEvent",
        between(
            '<task id="n"/>\n',
            more='<boundaryEvent id="b" attachedToRef="n" cancelActivity="false"><compensateEventDefinition/>'
            '</boundaryEvent><task id="u" isForCompensation="true"/><association sourceRef="b" targetRef="u"/>',
        ),
    ),
    Case(Code.FEEL_BROKEN, "n", "<loopDataInputRef", looped("<loopDataInputRef>for</loopDataInputRef>")),
    Case(
        Code.VARIABLE_NAME,
        "n",
        "<outputDataItem",
        looped(
            '<loopDataInputRef>a</loopDataInputRef><loopDataOutputRef>b</loopDataOutputRef>\n<outputDataItem id="x" name="if"/>'
        ),
    ),
]
