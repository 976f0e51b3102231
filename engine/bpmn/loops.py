"""Loop markers (BPMN 2.0 §10.3.8): multi-instance with `zeebe:loopCharacteristics`, and the standard loop."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.jobs import check_whole
from engine.bpmn.loop_data import LoopData
from engine.bpmn.names import bpmn_child, bpmn_children, extension, text_of
from engine.bpmn.reading import Reading
from engine.bpmn.turn_events import read_behavior
from engine.bpmn.variables import read_path, read_variable
from engine.model.expression import Expression
from engine.model.process import MultiInstance, StandardLoop

MAX_ITEMS = 100_000
MAX_TURNS = 10**9
_LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def read_loop(reading: Reading, activity: etree._Element, data: LoopData | None = None) -> MultiInstance | StandardLoop | None:
    """The loop of an activity, None when it runs once; `data` is what BPMN's own words say of its collections."""
    if len(list(bpmn_children(activity, *_LOOPS))) > 1:
        reading.error(Code.EXTENSION_TWICE, activity, "The activity has two loop markers.")
    standard = bpmn_child(activity, "standardLoopCharacteristics")
    if standard is not None:
        return _standard(reading, standard)
    loop = bpmn_child(activity, "multiInstanceLoopCharacteristics")
    return None if loop is None else _multi_instance(reading, loop, data)


def _standard(reading: Reading, loop: etree._Element) -> StandardLoop:
    """BPMN has the condition in the language of the file; here it is FEEL, with or without “=”."""
    child = bpmn_child(loop, "loopCondition")
    condition = None
    if child is not None:
        text = text_of(child)
        plain = text and not text.startswith("=") and "{" not in text
        condition = reading.expression(child, f"={text}" if plain else text, "loopCondition", feel_only=True)
        if condition is None:
            reading.error(Code.VALUE_MISSING, child, "The loopCondition is empty.", name="loopCondition", fix="Fill it in.")
    maximum = reading.value(loop, "loopMaximum")
    if maximum is not None:
        check_whole(reading, loop, "loopMaximum", maximum, low=1, high=MAX_TURNS)
    if child is None and maximum is None:
        reading.error(Code.LOOP_WITHOUT_END, loop, "The loop has neither a condition nor a maximum.")
    number = int(maximum.text) if maximum is not None and maximum.text.isdecimal() else None
    return StandardLoop(condition=condition, test_before=reading.flag(loop, "testBefore", default=False), maximum=number)


def _multi_instance(reading: Reading, loop: etree._Element, data: LoopData | None) -> MultiInstance:
    detail = extension(loop, "loopCharacteristics")
    if detail is not None and data is not None:
        reading.error(Code.TWO_THINGS_TO_RUN, loop, "The collections stand in zeebe:loopCharacteristics and in loop data.")
    collection = reading.value(detail, "inputCollection", feel_only=True) if detail is not None else None
    if data is not None:
        collection = data.input_collection
    cardinality = _cardinality(reading, loop)
    if (collection is None) is (cardinality is None):
        found = "neither a collection nor a number" if collection is None else "both a collection and a number"
        reading.error(Code.LOOP_WITHOUT_ITEMS, loop, f"The multi-instance has {found}.")
    output_collection, output_element = _outputs(reading, detail)
    input_element = read_variable(reading, detail, "inputElement") if detail is not None else None
    if data is not None:
        input_element, output_collection, output_element = data.input_element, data.output_collection, data.output_element
    return MultiInstance(
        sequential=reading.flag(loop, "isSequential", default=False),
        input_collection=collection,
        input_element=input_element,
        output_collection=output_collection,
        output_element=output_element,
        completion_condition=_formal(reading, loop, "completionCondition", feel_only=True),
        cardinality=cardinality,
        throws=read_behavior(reading, loop),
    )


def _formal(reading: Reading, loop: etree._Element, name: str, *, feel_only: bool) -> Expression | None:
    child = bpmn_child(loop, name)
    if child is None:
        return None
    expression = reading.expression(child, text_of(child), name, feel_only=feel_only)
    if expression is None:
        reading.error(Code.VALUE_MISSING, child, f"The {name} is empty.", name=name, fix="Fill it in or delete it.")
    return expression


def _cardinality(reading: Reading, loop: etree._Element) -> Expression | None:
    cardinality = _formal(reading, loop, "loopCardinality", feel_only=False)
    if cardinality is not None:
        check_whole(reading, loop, "loopCardinality", cardinality, low=0, high=MAX_ITEMS)
    return cardinality


def _outputs(reading: Reading, detail: etree._Element | None) -> tuple[str | None, Expression | None]:
    if detail is None:
        return None, None
    collection = read_path(reading, detail, "outputCollection")
    element = reading.value(detail, "outputElement", feel_only=True)
    if (collection is None) is not (element is None):
        missing = "outputCollection" if collection is None else "outputElement"
        reading.error(Code.OUTPUT_HALF, detail, f"{missing} is missing.", name=missing)
    return collection, element
