"""What the outside says to a process instance in memory: ``--task``, ``--job``, ``--message``, ``--error`` and ``--auto``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.api import Checked, Element, Expression, MessageDefinition, SignalDefinition, Value, Wait, events
from runtime.errors import NotFound

Variables = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """By user task element id, by job type, by message name. `auto` answers the rest with nothing and lets time pass.

    Several answers of one task or job type are given in turn, the last one again and again; each message is sent once.
    `errors` are BPMN error codes by job type.
    """

    tasks: Mapping[str, Sequence[Variables]] = field(default_factory=dict)
    jobs: Mapping[str, Sequence[Variables]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, Sequence[Variables]] = field(default_factory=dict)
    auto: bool = False


class Answering:
    """Hands out the answers during one run."""

    def __init__(self, answers: Answers) -> None:
        self.auto = answers.auto
        self._answers = answers
        self._used: dict[tuple[str, str], int] = {}

    def task(self, element: str) -> Variables | None:
        """The values for a user task; None when nobody said any."""
        return self._in_turn("task", element, self._answers.tasks.get(element, ()))

    def job(self, type: str) -> Variables | None:
        """The result of a job; None when nobody said any."""
        return self._in_turn("job", type, self._answers.jobs.get(type, ()))

    def error(self, type: str) -> str | None:
        """The BPMN error with which a job ends, if it does."""
        return self._answers.errors.get(type)

    def message(self, name: str) -> Variables | None:
        """The next message of this name, which is sent with that; None when there is none left."""
        sent, given = self._used.get(("message", name), 0), self._answers.messages.get(name, ())
        if sent >= len(given):
            return None
        self._used["message", name] = sent + 1
        return given[sent]

    def _in_turn(self, kind: str, name: str, given: Sequence[Variables]) -> Variables | None:
        if not given:
            return {} if self.auto else None
        turn = self._used.get((kind, name), 0)
        self._used[kind, name] = turn + 1
        return given[min(turn, len(given) - 1)]


def gather(pairs: Iterable[tuple[str, Variables]]) -> dict[str, list[Variables]]:
    """Repeated options by name, in their order."""
    found: dict[str, list[Variables]] = {}
    for name, variables in pairs:
        found.setdefault(name, []).append(variables)
    return found


def check_answers(checked: Checked, answers: Answers) -> None:
    """Raise NotFound for an answer that nothing in the files can ask for, with the nearest that can."""
    elements = [element for process in checked.processes.values() for element in process.elements.values()]
    tasks = {element.id for element in elements if element.type == "userTask"}
    jobs = _fixed(element.job.type for element in elements if element.job)
    messages = _fixed(name for element in elements for name in _message_names(element))
    for option, given, known in (
        ("--task", answers.tasks, tasks),
        ("--job", answers.jobs, jobs),
        ("--error", answers.errors, jobs),
        ("--message", answers.messages, messages),
    ):
        for name in given:
            if known is not None and name not in known:
                raise NotFound("CLI-1008", f"{option} {name}: nothing here waits for that. {_near(name, known)}")


def how_to_answer(wait: Wait, checked: Checked) -> tuple[str, str] | None:
    """Option and argument that answer a wait, ready to be typed; None for an incident."""
    match wait:
        case events.UserTaskCreated(element=element, form_id=form):
            return "--task", f"{element}='{{{_fields(checked, form)}}}'"
        case events.JobCreated(type=type_):
            return "--job", f"{type_}='{{}}'"
        case events.MessageSubscriptionOpened(message=message):
            return "--message", f"{message}='{{}}'"
        case events.SignalSubscriptionOpened(signal=signal):
            return "--message", f"{signal}='{{}}'"
        case events.TimerScheduled():
            return "--auto", ""
    return None


def _fields(checked: Checked, form: str | None) -> str:
    """The names that a form fills in, each with null."""
    schema = checked.forms.get(form or "", {})
    keys = [part.get("key") for part in schema.get("components", ()) if isinstance(part, Mapping)]
    return ", ".join(f'"{key}": null' for key in dict.fromkeys(keys) if isinstance(key, str) and "." not in key)


def _message_names(element: Element) -> list[Expression]:
    return [one.name for one in element.definitions if isinstance(one, MessageDefinition | SignalDefinition)]


def _fixed(expressions: Iterable[Expression | None]) -> set[str] | None:
    """The texts of expressions; None when one of them is computed, so that any name may be meant."""
    found = [expression for expression in expressions if expression is not None]
    return {one.text for one in found} if all(one.is_fixed for one in found) else None


def _near(name: str, known: set[str]) -> str:
    close = get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"There are: {', '.join(sorted(known))}." if known else "There is none of that kind in these files."
