"""Where in a running instance an element can be activated by an operator: which scope exists, which ones must be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kernel import flows, lifecycle
from engine.kernel.codes import Code, Rejected
from engine.kernel.state import ElementInstance, Phase
from engine.model.process import Element, ProcessDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step


@dataclass(frozen=True, slots=True)
class Place:
    """The element, the key of the scope instance that exists, and the sub-processes to open in it, outermost first."""

    element: Element
    scope: int
    path: tuple[Element, ...] = ()


def find_place(step: Step, element_id: str, anchor: ElementInstance) -> Place | Rejected:
    """The place of an element as seen from the element instance `anchor`: in its scopes, else in the only one there is.

    Scopes that are not there will be made. Where several instances of a scope run, the anchor has to lie in the one meant.
    Nothing begins in a scope that waits for a listener.
    """
    place = _find(step, element_id, anchor)
    if isinstance(place, Place) and step.state.elements[place.scope].phase is Phase.LISTENING:
        return at_a_listener(step, step.state.elements[place.scope])
    return place


def at_a_listener(step: Step, scope: ElementInstance) -> Rejected:
    """The scope has not begun, or has ended: nothing can begin in it."""
    element = step.element_of(scope)
    told = f"{element.name or element.id!r} waits for a listener, so nothing can begin in it. Wait until that is through."
    return Rejected(Code.AT_A_LISTENER, told)


def _find(step: Step, element_id: str, anchor: ElementInstance) -> Place | Rejected:
    model = step.model(anchor.process)
    element = model.elements.get(element_id)
    if element is None:
        return Rejected(Code.ELEMENT_NOT_FOUND, f"The process {model.id!r} has no element {element_id!r}.")
    reason = _why_not(element)
    if reason is not None:
        return Rejected(Code.ELEMENT_NOT_ACTIVATABLE, f"{element.name or element.id!r} {reason}.")
    around = _around(step, anchor)
    chain = _chain(model, element)
    depth = max(i for i, scope in enumerate(chain) if scope in around)
    at = around[chain[depth]]
    for i in range(depth + 1, len(chain)):
        found = _inside(step, at, chain[i])
        if len(found) > 1:
            keys = ", ".join(str(key) for key in sorted(found)[:10])
            told = f"{chain[i]!r} runs {len(found)} times. Name the element instance that is meant; its key is one of {keys}."
            return Rejected(Code.SCOPE_NOT_CLEAR, told)
        if not found:
            return _to_be_made(element, at, [model.elements[scope] for scope in chain[i:]])
        at = found[0]
    return Place(element, at)


def in_new_instance(model: ProcessDefinition, element_id: str, root: int) -> Place | Rejected:
    """The place of an element in an instance that is only just begun; `root` will be the key of its process."""
    element = model.elements.get(element_id)
    if element is None:
        return Rejected(Code.ELEMENT_NOT_FOUND, f"The process {model.id!r} has no element {element_id!r}.")
    reason = _why_not(element)
    if reason is not None:
        return Rejected(Code.ELEMENT_NOT_ACTIVATABLE, f"{element.name or element.id!r} {reason}.")
    return _to_be_made(element, root, [model.elements[scope] for scope in _chain(model, element)[1:]])


def activate(step: Step, place: Place) -> int:
    """Make the element instance with the scopes that it needs; it is entered in its turn. Returns its key."""
    at = step.state.elements[place.scope]
    for scope in place.path:
        found = _inside(step, at.key, scope.id)
        if found:
            at = step.state.elements[found[0]]  # an activation before this one has made it
            continue
        at = step.state.elements[flows.activate(step, at, scope)]
        lifecycle.open_scope(step, at)
    key = flows.activate(step, at, place.element)
    step.queue.append(key)
    return key


def _to_be_made(element: Element, at: int, path: Sequence[Element]) -> Place | Rejected:
    for scope in path:
        if scope.loop is not None:
            told = f"{scope.name or scope.id!r} is a multi-instance that does not run. Activate it as a whole."
            return Rejected(Code.ELEMENT_NOT_ACTIVATABLE, told)
        if scope.triggered_by_event:
            told = f"{scope.name or scope.id!r} is an event sub-process that does not run; only its event starts it."
            return Rejected(Code.ELEMENT_NOT_ACTIVATABLE, told)
    return Place(element, at, tuple(path))


def _why_not(element: Element) -> str | None:
    if element.type == "boundaryEvent":
        return "is a boundary event, which begins with its activity. Activate what follows it"
    if element.type == "startEvent" and element.event is not None:
        return "is started by an event. Activate what follows it"
    if element.for_compensation:
        return "undoes another activity, and runs when that is compensated"
    if element.triggered_by_event:
        return "is an event sub-process, which only its event starts"
    return None


def _chain(model: ProcessDefinition, element: Element) -> list[str]:
    """The scopes around an element, from the process inwards."""
    chain: list[str] = []
    scope = element.parent
    while scope != model.id:
        chain.append(scope)
        scope = model.elements[scope].parent
    return [model.id, *reversed(chain)]


def _around(step: Step, anchor: ElementInstance) -> dict[str, int]:
    """The scopes an element instance is or lies in, up to its process, by element; of a multi-instance the turn."""
    found: dict[str, int] = {}
    at = anchor
    while True:
        if not _is_body(step, at):
            found.setdefault(at.element, at.key)
        if at.parent is None or step.is_root(at):
            return found
        at = step.state.elements[at.parent]


def _inside(step: Step, scope: int, element: str) -> list[int]:
    """The instances of an element directly in a scope; of a multi-instance its turns."""
    state = step.state
    found = [key for key in state.children.get(scope, ()) if state.elements[key].element == element]
    bodies = [key for key in found if _is_body(step, state.elements[key])]
    if not bodies:
        return found
    return [turn for body in bodies for turn in state.children.get(body, ())]


def _is_body(step: Step, instance: ElementInstance) -> bool:
    return instance.loop_index is None and not step.is_root(instance) and step.element_of(instance).loop is not None
