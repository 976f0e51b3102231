"""The data of a process (BPMN 2.0 §10.4.1): what there is, the variable of each, and from where it can be seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.initial_values import initial_value
from engine.bpmn.names import identifier, kind, label, reference
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import words
from engine.feel import FeelSyntaxError, compile_expression
from engine.model.data import DataItem

PLACEHOLDER: Final = "__targetRef_placeholder"
"""The name of a property that bpmn-js writes where a data association is drawn; it stands for nothing. Others copied it."""
_HOLDERS: Final = words("dataObject property dataInput dataOutput inputDataItem outputDataItem")
_PARTS: Final = words("ioSpecification multiInstanceLoopCharacteristics")
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Datum:
    """Something that holds a value: its variable, and the element or process that has it."""

    node: etree._Element
    kind: str
    variable: str
    owner: str


@dataclass(slots=True)
class Data:
    """All data of one process by id and by who has it; references to data objects stand for these.

    `stores` are the ids of data stores, `drawn` those of placeholders. `used` are the ids of what an association or a loop
    names: other data objects are drawings, unless they have an initial value.
    """

    reading: Reading
    process: str
    by_id: dict[str, Datum] = field(default_factory=dict)
    by_owner: dict[str, list[Datum]] = field(default_factory=dict)
    stores: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def find(self, name: str) -> Datum | None:
        """The datum with this id, which may be written as a QName."""
        return self.by_id.get(name) or self.by_id.get(reference(name))

    def is_store(self, name: str) -> bool:
        """True for a data store, or a reference to one."""
        return name in self.stores or reference(name) in self.stores

    def visible(self, place: etree._Element, name: str, scopes: Sequence[str], what: str) -> Datum | None:
        """The datum with this id as seen from inside `scopes` (ids, the process among them); None with a problem."""
        found = self.find(name)
        if found is None or found.owner not in scopes:
            named = f"“{name}”" if name else "nothing"
            reason = "is no data of the process" if found is None else "belongs to another element"
            self.reading.error(Code.DATA_REFERENCE, place, f"The {what} is {named}, which {reason}.", name=what)
            return None
        self.used.add(identifier(found.node))
        return found if self.has_a_variable(found) else None

    def has_a_variable(self, datum: Datum) -> bool:
        """Whether the name can be that of a variable; asked of what is used, since drawings may be called as one likes."""
        if not datum.variable:
            message = f"The {datum.kind} has neither a name nor an id."
            self.reading.error(Code.ID_MISSING, datum.node, message, name="id")
            return False
        try:
            compile_expression(datum.variable)
        except FeelSyntaxError:
            message = f"“{datum.variable}” is a word of FEEL, so it cannot be the name of a {datum.kind}."
            self.reading.error(Code.VARIABLE_NAME, datum.node, message, name="name")
            return False
        return True

    def take_out(self, datum: Datum) -> None:
        """The datum is no variable of its element: the collection of a loop belongs to the whole of it, not to a turn."""
        self.by_owner[datum.owner].remove(datum)

    def begun_by(self, owner: str) -> tuple[DataItem, ...]:
        """The variables that the process or element with the id `owner` begins with. A name twice is a problem."""
        items: dict[str, DataItem] = {}
        kinds: dict[str, str] = {}
        for datum in self.by_owner.get(owner, ()):
            value = initial_value(self.reading, datum.node)
            if datum.kind == "dataObject" and value is None and identifier(datum.node) not in self.used:
                continue
            if not self.has_a_variable(datum):
                continue
            if {datum.kind, kinds.get(datum.variable, datum.kind)} != {"dataInput", "dataOutput"} and datum.variable in items:
                message = f"Two data of “{owner}” are the variable “{datum.variable}”."
                self.reading.error(Code.DATA_TWICE, datum.node, message, name="name")
            kinds[datum.variable] = datum.kind
            items[datum.variable] = DataItem(name=datum.variable, initial=None if value is None else value.value)
        return tuple(items.values())


def read_data(reading: Reading, process: etree._Element) -> Data:
    """Everything in the process that holds data; the rules for each are told."""
    data = Data(reading, identifier(process))
    references: list[etree._Element] = []
    for element in process.iter():
        name = kind(element)
        if name == "dataObjectReference":
            references.append(element)
        elif name == "dataStoreReference":
            data.stores.add(identifier(element))
        elif name in _HOLDERS and element.get("name") == PLACEHOLDER:
            data.drawn.add(identifier(element))
        elif name in _HOLDERS:
            _add(data, element)
    for element in references:
        target = data.find(element.get("dataObjectRef") or "")
        if target is not None:
            data.by_id.setdefault(identifier(element), target)
    return data


def _add(data: Data, element: etree._Element) -> None:
    _check_collection(data.reading, element)
    variable = "_".join(_WORD.findall(label(element)) or _WORD.findall(identifier(element)))
    variable = f"_{variable}" if variable[:1].isdigit() else variable
    holder = element.getparent()
    if kind(element) == "property" and holder is not None and kind(holder).endswith("Event"):
        data.reading.error(Code.DATA_NOT_RUN, element, f"“{variable}” is a property of an event.", name="property")
    datum = Datum(element, kind(element), variable, _owner(element))
    if identifier(element):
        data.by_id[identifier(element)] = datum
    if datum.kind not in ("inputDataItem", "outputDataItem"):
        data.by_owner.setdefault(datum.owner, []).append(datum)


def _owner(element: etree._Element) -> str:
    around = element.getparent()
    while around is not None and kind(around) in _PARTS:
        around = around.getparent()
    return identifier(around) if around is not None else ""


def _check_collection(reading: Reading, element: etree._Element) -> None:
    """With an item definition, `isCollection` is that of the definition (BPMN 2.0 tables 10.50, 10.56, 10.57)."""
    definition = item_definition(reading, element.get("itemSubjectRef"))
    if definition is None or kind(element) == "property":
        return
    own = reading.flag(element, "isCollection", default=False)
    theirs = reading.flag(definition, "isCollection", default=False)
    if own is not theirs:
        said = "a collection" if theirs else "no collection"
        message = f"The {kind(element)} “{identifier(element)}” disagrees with its item definition, which is {said}."
        reading.error(Code.DATA_TYPE, element, message, name="isCollection")


def item_definition(reading: Reading, name: str | None) -> etree._Element | None:
    """The item definition that a QName means; None for types of elsewhere, such as those of XML Schema."""
    found = reading.definitions.get(reference(name)) if name else None
    return found if found is not None and kind(found) == "itemDefinition" else None


def structure_of(reading: Reading, name: str | None) -> str | None:
    """The type that an item definition names, None when nobody says."""
    definition = item_definition(reading, name)
    if definition is None:
        return None
    return reference(definition.get("structureRef")) or None


def equivalent(reading: Reading, one: str | None, other: str | None) -> bool:
    """True when two references name the same item definition, or definitions of the same type."""
    if reference(one) == reference(other):
        return True
    structure = structure_of(reading, one)
    return structure is not None and structure == structure_of(reading, other)
