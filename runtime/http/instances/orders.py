"""What an operator filled in, as a command to the instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from engine.api import Command, FeelError, FeelSyntaxError, Value, commands, compile_expression
from runtime.errors import Invalid
from runtime.i18n import _

Form = Mapping[str, str]

LONGEST_REASON = 500


def reason_of(form: Form) -> str:
    """Why it is done. Raises Invalid without one."""
    reason = form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        detail = _("Say why; the journal keeps it.")
        raise Invalid("INST-1005", detail, fields={"reason": [detail]})
    return reason


def variables_of(form: Form, now: datetime) -> Mapping[str, Value]:
    """The variables of a FEEL context such as ``{amount: 100}``; none for an empty text. Raises Invalid with the place."""
    text = form.get("variables", "")
    if not text.strip():
        return {}
    try:
        result = compile_expression(text).evaluate({}, now=now)
    except (FeelSyntaxError, FeelError) as error:
        raise _not_a_context(str(error)) from error
    if result.warnings:
        raise _not_a_context(result.warnings[0].message)
    if not isinstance(result.value, Mapping):
        raise _not_a_context(_("This is no context."))
    return result.value


def command_of(operation: str, form: Form, now: datetime) -> Command:
    """The command for an operation of `OPERATIONS`. Raises Invalid for what cannot be read."""
    return _COMMANDS[operation](form, now)


def _suspend(form: Form, now: datetime) -> Command:
    return commands.SuspendInstance(reason=form.get("reason", ""))


def _resume(form: Form, now: datetime) -> Command:
    return commands.ResumeInstance()


def _cancel(form: Form, now: datetime) -> Command:
    return commands.CancelInstance(reason=form.get("reason", ""))


def _variables(form: Form, now: datetime) -> Command:
    key = _number(form.get("scope", ""))
    return commands.SetVariables(variables=_some(variables_of(form, now)), element_instance=key, local=key is not None)


def _modify(form: Form, now: datetime) -> Command:
    """For each token ``token:<key>`` is stay, end, or the element that it moves to; ``begin`` is an element to activate."""
    tokens = {int(name[6:]): choice for name, choice in form.items() if name.startswith("token:") and name[6:].isdecimal()}
    moves = tuple(
        commands.Move(element_instance=key, element=choice.removeprefix("to:"))
        for key, choice in tokens.items()
        if choice.startswith("to:")
    )
    begin = form.get("begin", "")
    activate = (commands.Activation(element=begin, scope=_number(form.get("scope", ""))),) if begin else ()
    ends = tuple(key for key, choice in tokens.items() if choice == "end")
    if not (moves or activate or ends):
        raise Invalid("INST-1006", _("Say which token ends or moves, or where a new one begins."))
    return commands.ModifyInstance(activate=activate, move=moves, terminate=ends, variables=variables_of(form, now))


def _resolve(form: Form, now: datetime) -> Command:
    key = _number(form.get("incident", "").rpartition(".")[2])
    if key is None:
        raise Invalid("INST-1007", _("This is background work: it can only be tried again."))
    return commands.ResolveIncident(incident=key, variables=variables_of(form, now))


_COMMANDS: Mapping[str, Callable[[Form, datetime], Command]] = {
    "suspend": _suspend,
    "resume": _resume,
    "cancel": _cancel,
    "variables": _variables,
    "modify": _modify,
    "resolve": _resolve,
}


def mapping_of(form: Form) -> dict[str, str]:
    """Which element takes the place of which: the fields ``map:<element>``, and lines ``old = new`` for all else."""
    chosen = {name[4:]: value for name, value in form.items() if name.startswith("map:") and value}
    lines: Sequence[str] = [line for line in form.get("more", "").splitlines() if line.strip()]
    for line in lines:
        old, sign, new = (part.strip() for part in line.partition("="))
        if not (old and sign and new):
            raise Invalid("INST-1008", _("A mapping is written as old = new, one a line."))
        chosen[old] = new
    return chosen


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _some(variables: Mapping[str, Value]) -> Mapping[str, Value]:
    if not variables:
        raise _not_a_context(_("There is none yet."))
    return variables


def _not_a_context(why: str) -> Invalid:
    detail = _("Variables are written as a FEEL context, for example {amount: 100}. %(why)s", why=why)
    return Invalid("INST-1004", detail, fields={"variables": [detail]})
