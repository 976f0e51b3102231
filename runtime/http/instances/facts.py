"""One sentence for each event of the kernel that a person would tell; events that only move tokens have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.api import load
from runtime.http.instances.names import Happened, Names
from runtime.http.instances.values import format_value
from runtime.i18n import N_, format_datetime, gettext, ngettext

_SHOWN = 8
"""How many variable names a line tells before it says that there are more."""


def fact(event: Happened, names: Names) -> str:
    """The sentence, in the user's language; "" for an event that says nothing to a person."""
    tell = _TELL.get(event["event"])
    return tell(event, names) if tell else ""


def variables_written(events: Iterable[Happened]) -> str:
    """One sentence about all variables that the events wrote; "" for none."""
    written = {name: None for event in events if event["event"] == "VariablesWritten" for name in event["variables"]}
    if not written:
        return ""
    shown = ", ".join(list(written)[:_SHOWN]) + (" …" if len(written) > _SHOWN else "")
    return gettext("Variables written: %(names)s", names=shown)


def _task_created(event: Happened, names: Names) -> str:
    name = event.get("name") or names.element(event["element"])
    if event.get("assignee"):
        return gettext("New task for %(who)s: %(step)s", who=names.person(event["assignee"]), step=name)
    users = [names.person(user) for user in event.get("candidate_users", ())]
    candidates = ", ".join([*event.get("candidate_groups", ()), *users])
    if candidates:
        return gettext("New task for %(who)s: %(step)s", who=candidates, step=name)
    return gettext("New task: %(step)s", step=name)


def _task_assigned(event: Happened, names: Names) -> str:
    task = names.wait(event["task"])
    if event.get("assignee"):
        return gettext("%(who)s has the task: %(step)s", who=names.person(event["assignee"]), step=task)
    return gettext("The task is free again: %(step)s", step=task)


def _job_done(event: Happened, names: Names) -> str:
    step, listener = names.wait(event["job"]), names.listeners.get(event["job"])
    if listener is not None:
        return gettext("Listener %(listener)s done: %(step)s", listener=listener, step=step)
    return gettext("Done: %(step)s", step=step)


def _task_completed(event: Happened, names: Names) -> str:
    told = gettext("Task completed: %(step)s", step=names.wait(event["task"]))
    if not event.get("on_behalf_of"):
        return told
    return gettext("%(what)s (for %(who)s)", what=told, who=names.person(event["on_behalf_of"]))


def _handed_over(event: Happened, names: Names) -> str:
    to = event.get("assignee")
    who = names.person(to) if to else ", ".join(event.get("candidate_groups") or ())
    return gettext("Task handed over to %(who)s: %(step)s", who=who, step=names.wait(event["task"]))


def _co_signer_added(event: Happened, names: Names) -> str:
    step = names.wait(event["signing"])
    if event.get("together"):
        return gettext("%(who)s co-signs, together with the others: %(step)s", who=names.person(event["user"]), step=step)
    return gettext("%(who)s co-signs, in turn after the others: %(step)s", who=names.person(event["user"]), step=step)


def _co_signature(event: Happened, names: Names) -> str:
    who, step = names.person(event.get("by") or "?"), names.wait(event["signing"])
    if event["approved"]:
        return gettext("%(who)s has co-signed: %(step)s", who=who, step=step)
    return gettext("%(who)s refuses to co-sign: %(step)s", who=who, step=step)


def _job_failed(event: Happened, names: Names) -> str:
    what = gettext("Failed: %(step)s: %(message)s", step=names.wait(event["job"]), message=event["message"])
    if not event.get("retry_at"):
        return what
    return what + " " + gettext("It is tried again at %(time)s.", time=format_datetime(event["retry_at"]))


def _timer_set(event: Happened, names: Names) -> str:
    return gettext(
        "Timer set: %(step)s, due %(time)s", step=names.element(event["element"]), time=format_datetime(event["due"])
    )


def _decision(event: Happened, names: Names) -> str:
    result = " ".join(format_value(load(event.get("result"))).split())
    return gettext("Decided by %(decision)s: %(result)s", decision=event["decision"], result=result)


def _loop(event: Happened, names: Names) -> str:
    number = len(event["items"])  # none for a loop that goes on while a condition holds
    return ngettext("Repeats for %(n)s item", "Repeats for %(n)s items", number) if number else ""


def _error(event: Happened, names: Names) -> str:
    return gettext("Error %(code)s at %(step)s", code=event["code"], step=names.element(event["element"]))


def _incident(event: Happened, names: Names) -> str:
    return gettext("Stuck at %(step)s: %(message)s", step=names.element(event["element"]), message=event["message"])


def _flow(event: Happened, names: Names) -> str:
    """Only flows with a name say something: the answer at a gateway."""
    return names.flows.get(event["flow"], "")


def _named(message: str, key: str) -> Callable[[Happened, Names], str]:
    """A sentence about the element that the wait under `key` belongs to."""
    return lambda event, names: gettext(message, step=names.wait(event[key]))


_TELL: Mapping[str, Callable[[Happened, Names], str]] = {
    "UserTaskCreated": _task_created,
    "UserTaskAssigned": _task_assigned,
    "UserTaskCompleted": _task_completed,
    "UserTaskDenied": lambda event, names: gettext(
        "Not accepted: %(step)s: %(reason)s", step=names.wait(event["task"]), reason=event.get("reason", "")
    ),
    "UserTaskUpdated": _named(N_("Task changed: %(step)s"), "task"),
    "UserTaskSentBack": _named(N_("Task sent back: %(step)s"), "task"),
    "UserTaskWithdrawn": lambda event, names: gettext("Taken back: %(step)s", step=names.element(event["element"])),
    "UserTaskHandedOver": _handed_over,
    "CoSignerAdded": _co_signer_added,
    "CoSignatureGiven": _co_signature,
    "UserTaskCancelled": _named(N_("Task withdrawn: %(step)s"), "task"),
    "JobCompleted": _job_done,
    "JobFailed": _job_failed,
    "JobCancelled": _named(N_("Work withdrawn: %(step)s"), "job"),
    "TimerScheduled": _timer_set,
    "TimerSkipped": _named(N_("Timer missed and left out: %(step)s"), "timer"),
    "TimerTriggered": _named(N_("Timer went off: %(step)s"), "timer"),
    "MessageSubscriptionOpened": lambda event, names: gettext(
        "Waits for the message %(message)s (%(key)s)", message=event["message"], key=event["correlation_key"]
    ),
    "MessageCorrelated": lambda event, names: gettext(
        "Message arrived: %(message)s", message=names.messages.get(event["subscription"], "?")
    ),
    "SignalSubscriptionOpened": lambda event, names: gettext("Waits for the signal %(signal)s", signal=event["signal"]),
    "SignalCaught": _named(N_("Signal arrived: %(step)s"), "subscription"),
    "ConditionTriggered": _named(N_("Condition became true: %(step)s"), "condition"),
    "SignalThrown": lambda event, names: gettext("Signal sent: %(signal)s", signal=event["signal"]),
    "MessageThrown": lambda event, names: gettext(
        "Message sent: %(message)s (%(key)s)", message=event["message"], key=event["correlation_key"]
    ),
    "ErrorThrown": lambda event, names: gettext(
        "Error %(code)s at %(step)s", code=event["code"], step=names.element(event["element"])
    ),
    "EscalationThrown": lambda event, names: gettext(
        "Escalation %(code)s at %(step)s", code=event["code"], step=names.element(event["element"])
    ),
    "CompensationTriggered": lambda event, names: gettext("What was done before is undone."),
    "InputKept": lambda event, names: gettext(
        "Kept until the instance is resumed: %(step)s", step=names.element(event["element"])
    ),
    "DecisionEvaluated": _decision,
    "ProcessCalled": lambda event, names: gettext("Called process: %(step)s", step=names.element(event["element"])),
    "LoopStarted": _loop,
    "FlowTaken": _flow,
    "IncidentRaised": _incident,
    "IncidentResolved": _named(N_("No longer stuck: %(step)s"), "incident"),
    "StepBudgetUsedUp": lambda event, names: gettext("Paused after many steps; it goes on by itself."),
    "InstanceCompleted": lambda event, names: gettext("The process ended."),
    "InstanceCancelled": lambda event, names: gettext("The process was cancelled."),
}
