"""A person chooses what is done in an ad-hoc sub-process."""

from __future__ import annotations

from engine.kernel import places
from engine.kernel.behaviours import ad_hoc_sub_process
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import ActivateAdHocElements
from engine.kernel.events import AdHocElementsChosen, IncidentRaised, IncidentResolved
from engine.kernel.state import Phase
from engine.kernel.step import Step


def activate_elements(step: Step, command: ActivateAdHocElements) -> Rejected | None:
    """Begin the elements, one after the other where the sub-process is sequential."""
    instance = step.state.elements.get(command.element_instance)
    if instance is None or instance.chosen is None:
        return Rejected(Code.AD_HOC_NOT_ACTIVE, f"There is no active ad-hoc sub-process {command.element_instance}.")
    if instance.phase is Phase.LISTENING:
        return places.at_a_listener(step, instance)
    element, possible = step.element_of(instance), ad_hoc_sub_process.possible(step, instance)
    unknown = [name for name in command.elements if name not in possible]
    if unknown or not command.elements:
        what = f"{unknown[0]!r} cannot be begun" if unknown else "Nothing was chosen to begin"
        told = f"{what} in {element.name or element.id!r}. Possible are {', '.join(possible)}."
        return Rejected(Code.AD_HOC_ELEMENT_UNKNOWN, told)
    for wait in list(instance.waits.values()):
        if isinstance(wait, IncidentRaised) and wait.code == Code.AD_HOC_NOTHING_ACTIVE:
            step.emit(IncidentResolved(incident=wait.incident))
    step.emit(AdHocElementsChosen(key=instance.key, elements=command.elements, by=command.by))
    step.suspects.add(instance.key)
    ad_hoc_sub_process.begin_chosen(step, instance, element)
    return None
