"""Settings that neither BPMN nor the `zeebe:` dialect has a word for: extension properties whose name begins with ``ringi:``.

Every modeller of the dialect can edit extension properties (`zeebe:properties`), so these settings need no tool of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import extension, kind, parts
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import Words, words

PREFIX: Final = "ringi:"
SETTINGS: Final[Mapping[str, Words]] = {
    "process": words("ringi:uniqueBusinessKey ringi:historyTimeToLive ringi:businessFields"),
    "dataObject": words("ringi:initialValue"),
    "property": words("ringi:initialValue"),
    "startEvent": words("ringi:missed ringi:missedPause ringi:calendar"),
    "boundaryEvent": words("ringi:missed ringi:missedPause ringi:calendar"),
    "intermediateCatchEvent": words("ringi:calendar"),
    "userTask": words("ringi:calendar"),
}
"""The settings of each kind of element."""


def setting(element: etree._Element, name: str) -> etree._Element | None:
    """The `zeebe:property` that makes a setting; None when it is not made."""
    holder = extension(element, "properties")
    if holder is None:
        return None
    return next((given for given in parts(holder, "property") if (given.get("name") or "").strip() == name), None)


def check_settings(reading: Reading, element: etree._Element) -> None:
    """A setting that its element does not have, or that is made twice, is told: it would do nothing."""
    holder = extension(element, "properties")
    known = SETTINGS.get(kind(element), frozenset())
    seen: set[str] = set()
    for given in parts(holder, "property") if holder is not None else ():
        name = (given.get("name") or "").strip()
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            hint = f"Known here: {', '.join(sorted(known))}." if known else "It has none that begin with ringi:."
            reading.error(Code.SETTING_UNKNOWN, given, f"A {kind(element)} has no setting “{name}”.", name=name, fix=hint)
        elif name in seen:
            reading.error(Code.EXTENSION_TWICE, given, f"The setting {name} is made twice.", name=name)
        seen.add(name)
