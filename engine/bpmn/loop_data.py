"""The data of a multi-instance activity in the words of BPMN: a collection in, a collection out, an item of each for a turn.

For a task the collections are its own data input and data output, which data associations connect; for a sub-process they are
data objects that it sees (BPMN 2.0 §10.3.8, tables 10.27 and 10.28).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.associations import variable
from engine.bpmn.codes import Code
from engine.bpmn.data import Data, Datum
from engine.bpmn.names import bpmn_child, identifier, line_of, text_of
from engine.model.expression import Expression
from engine.model.process import VariableMapping

_VARIABLE: Final = re.compile(r"[^\W\d]\w*")
_WORDS: Final = ("loopDataInputRef", "inputDataItem", "loopDataOutputRef", "outputDataItem")
Mappings = tuple[VariableMapping, ...]


@dataclass(slots=True, kw_only=True)
class LoopData:
    """As in `MultiInstance`. `inputs` and `outputs` are the mappings that are left for each turn: not those of the
    collections. `consumed` are the variables of these."""

    inputs: Mappings
    outputs: Mappings
    input_collection: Expression | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    consumed: frozenset[str] = frozenset()


def read_loop_data(
    data: Data, activity: etree._Element, scopes: Sequence[str], inputs: Mappings, outputs: Mappings
) -> LoopData | None:
    """The loop data of an activity with these data associations; None when it has none."""
    loop = bpmn_child(activity, "multiInstanceLoopCharacteristics")
    if loop is None or bpmn_child(loop, *_WORDS) is None:
        return None
    found = LoopData(inputs=inputs, outputs=outputs)
    _read_input(data, loop, scopes, found)
    _read_output(data, loop, scopes, found)
    return found


def _read_input(data: Data, loop: etree._Element, scopes: Sequence[str], found: LoopData) -> None:
    collection, item = bpmn_child(loop, "loopDataInputRef"), bpmn_child(loop, "inputDataItem")
    if collection is None:
        if item is not None:
            data.reading.error(
                Code.DATA_ASSOCIATION, item, "The inputDataItem is an item of nothing: loopDataInputRef is missing."
            )
        return
    found.input_element = _item(data, item)
    datum = _collection(data, collection, scopes)
    if datum is None or datum.owner != scopes[0]:
        found.input_collection = _whole(data, collection, datum)
        return
    filling = [mapping for mapping in found.inputs if mapping.target == datum.variable]
    if len(filling) != 1:
        message = f"The collection “{datum.variable}” of the multi-instance is not filled by one data association."
        data.reading.error(Code.DATA_ASSOCIATION, collection, message, name="loopDataInputRef")
        return
    found.input_collection = filling[0].source
    found.inputs = tuple(mapping for mapping in found.inputs if mapping is not filling[0])
    found.consumed |= {datum.variable}
    data.take_out(datum)


def _read_output(data: Data, loop: etree._Element, scopes: Sequence[str], found: LoopData) -> None:
    collection, item = bpmn_child(loop, "loopDataOutputRef"), bpmn_child(loop, "outputDataItem")
    if collection is None or item is None:
        if collection is not item:
            missing = "loopDataOutputRef" if collection is None else "outputDataItem"
            data.reading.error(Code.OUTPUT_HALF, loop, f"{missing} is missing.", name=missing)
        return
    name = _item(data, item)
    found.output_element = None if name is None else data.reading.expression(item, f"={name}", "outputDataItem")
    datum = _collection(data, collection, scopes)
    if datum is None or datum.owner != scopes[0]:
        whole = _whole(data, collection, datum)
        found.output_collection = None if whole is None else whole.text
        return
    taking = [mapping for mapping in found.outputs if mapping.source.text == datum.variable]
    if len(taking) != 1 or "." in taking[0].target:
        message = f"The collection “{datum.variable}” of the multi-instance is not taken whole by one data association."
        data.reading.error(Code.DATA_ASSOCIATION, collection, message, name="loopDataOutputRef")
        return
    found.output_collection = taking[0].target
    found.outputs = tuple(mapping for mapping in found.outputs if mapping is not taking[0])
    found.consumed |= {datum.variable}
    data.take_out(datum)


def _collection(data: Data, place: etree._Element, scopes: Sequence[str]) -> Datum | None:
    """The datum that is meant; None where the text is no id of one, but may be the name of a variable."""
    text = text_of(place)
    if data.find(text) is None and _VARIABLE.fullmatch(text):
        return None
    return data.visible(place, text, scopes, "collection")


def _whole(data: Data, place: etree._Element, datum: Datum | None) -> Expression | None:
    """The value of a datum outside of the activity, or as other engines write it, of the variable of that name."""
    if datum is not None:
        return variable(datum, line_of(place))
    text = text_of(place)
    return data.reading.expression(place, f"={text}", "collection") if _VARIABLE.fullmatch(text) else None


def _item(data: Data, item: etree._Element | None) -> str | None:
    datum = data.find(identifier(item)) if item is not None and identifier(item) else None
    if datum is not None:
        return datum.variable if data.has_a_variable(datum) else None
    name = "" if item is None else " ".join((item.get("name") or "").split())
    return name if _VARIABLE.fullmatch(name) else None
