"""Calls without values: whether a function takes the arguments, and what it gives (DMN 1.5 §10.3.2.13.2–5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.errors import Code, near
from engine.feel.functions import TABLE, Builtin, BuiltinParameter, Signature
from engine.feel.pattern_syntax import PatternError
from engine.feel.patterns import compile_pattern
from engine.feel.static.constants import constant_of
from engine.feel.static.kinds import NULL, bare, item_of, kinds_of, type_of_value
from engine.feel.static.results import result_of
from engine.feel.types import ANY, Types
from engine.feel.values import Kind

if TYPE_CHECKING:
    from engine.feel.static.inference import Inference

_FLAGS = {"matches": 2, "replace": 3, "split": 2, "extract": 2}
"""Functions whose second argument is a pattern, and the place of its flags."""


def call_type(inference: Inference, node: s.Call) -> s.TypeNode:
    """The type of the call's value."""
    arguments = [inference.infer(a) for a in node.arguments]
    built_in = _builtin_of(inference, node.function)
    if built_in is not None:
        return _builtin_call(inference, node, built_in, arguments)
    function = bare(_callee(inference, node), inference.types)
    if isinstance(function, s.FunctionType):
        return _written_call(inference, node, function)
    kinds = kinds_of(function, inference.types)
    if kinds is not None and Kind.FUNCTION not in kinds:
        inference.find(Code.NO_FUNCTION, node.at, f"A {_listed(kinds)} cannot be called.")
    return ANY


def _builtin_of(inference: Inference, function: s.Node) -> Builtin | None:
    """A built-in's name means the built-in, unless the expression or the scope has a function of that name."""
    if not isinstance(function, s.Name) or function.name not in TABLE or inference.scope.is_bound(function.name):
        return None
    own = inference.scope.outside.get(function.name)
    if own is not None:
        kinds = kinds_of(own, inference.types)
        if kinds is None or Kind.FUNCTION in kinds:
            return None
    return TABLE[function.name]


def _callee(inference: Inference, node: s.Call) -> s.TypeNode:
    if not isinstance(node.function, s.Name):
        return inference.infer(node.function)
    found = inference.scope.resolve(node.function.name)
    if found is not None:
        return found
    if not inference.closed:
        return ANY
    outside = inference.scope.outside
    functions = (name for name in outside if isinstance(bare(outside[name], inference.types), s.FunctionType))
    hint = near(node.function.name, (*TABLE, *functions))
    name = node.function.name
    inference.find(Code.NO_FUNCTION, node.function.at, f"There is no function “{name}”.{hint}", name)
    return ANY


def _written_call(inference: Inference, node: s.Call, function: s.FunctionType) -> s.TypeNode:
    wanted, given = len(function.parameters), len(node.arguments)
    if wanted != given:
        what = f"takes {wanted} argument{'' if wanted == 1 else 's'}, not {given}"
        inference.find(Code.WRONG_ARGUMENTS, node.at, f"The function {what}.")
    unknown = next((n for n in node.names or () if function.names and n not in function.names), None)
    if unknown is not None:
        hint = near(unknown, function.names)
        inference.find(Code.WRONG_ARGUMENTS, node.at, f"The function has no parameter “{unknown}”.{hint}")
    return function.result


def _builtin_call(inference: Inference, node: s.Call, built_in: Builtin, arguments: list[s.TypeNode]) -> s.TypeNode:
    constant = constant_of(node, inference.types)
    if constant is not None and all(isinstance(a, s.String | s.Number | s.At | s.Null) for a in node.arguments):
        if not constant.warnings:
            return type_of_value(constant.value)
        for warning in constant.warnings:
            inference.find(warning.code, node.at, warning.message)
        return result_of(built_in.name, [ANY] * len(arguments), inference.types)
    problem = _misfit(built_in, node, arguments, inference.types)
    if problem:
        inference.find(Code.WRONG_ARGUMENTS, node.at, f"{built_in.name}: {problem}")
        return result_of(built_in.name, [ANY] * max(len(arguments), 1), inference.types)
    _check_pattern(inference, node, built_in)
    return result_of(built_in.name, _in_order(built_in, node, arguments), inference.types)


def _in_order(built_in: Builtin, node: s.Call, arguments: list[s.TypeNode]) -> list[s.TypeNode]:
    """The arguments by position, up to the first that a call with names leaves out."""
    if node.names is None:
        return arguments
    named = dict(zip(node.names, arguments, strict=True))
    signature = next((sig for sig in built_in.signatures if named.keys() <= {p.name for p in sig.parameters}), None)
    return [named.get(p.name, ANY) for p in signature.parameters[: len(named)]] if signature else []


def _misfit(built_in: Builtin, node: s.Call, arguments: list[s.TypeNode], types: Types) -> str:
    """Why no signature takes the arguments; "" when one may."""
    problem = ""
    for signature in built_in.signatures:
        found = _by_name(signature, node.names, arguments, types) if node.names else _by_place(signature, arguments, types)
        if found == "":
            return ""
        problem = problem or found or ""
    if problem:
        return problem
    usage = " or ".join(sig.text for sig in built_in.signatures)
    if node.names:
        known = {p.name for sig in built_in.signatures for p in sig.parameters}
        unknown = next((n for n in node.names if n not in known), None)
        return f"it has no such parameters; it is {usage}.{near(unknown, known) if unknown else ''}"
    return f"it does not take {len(arguments)} argument{'' if len(arguments) == 1 else 's'}; it is {usage}."


def _by_place(signature: Signature, arguments: list[s.TypeNode], types: Types) -> str | None:
    """What is wrong with an argument, "" when all may fit, None when the number of arguments is another."""
    if len(arguments) not in signature.counts:
        return None
    parameters = signature.parameters
    if signature.variadic:
        parameters += parameters[-1:] * (len(arguments) - len(parameters))
    return next((p for p in map(_unfit, parameters, arguments, [types] * len(arguments)) if p), "")


def _by_name(signature: Signature, names: tuple[str, ...], arguments: list[s.TypeNode], types: Types) -> str | None:
    known = {p.name: p for p in signature.parameters}
    missing = [p for p in signature.parameters if not p.optional and p.name not in names]
    if missing or signature.variadic or not set(names) <= known.keys():
        return None
    return next((p for p in (_unfit(known[n], a, types) for n, a in zip(names, arguments, strict=True)) if p), "")


def _unfit(parameter: BuiltinParameter, argument: s.TypeNode, types: Types) -> str:
    """Why no value of the type can be the parameter, conversions included (§10.3.2.9.4)."""
    kinds = kinds_of(argument, types)
    if kinds is None or kinds & parameter.kinds:
        return ""
    if Kind.LIST in parameter.kinds and argument != NULL:
        return ""
    if Kind.DATE in kinds and Kind.DATE_TIME in parameter.kinds:
        return ""
    if kinds == {Kind.LIST}:
        inner = kinds_of(item_of(argument, types), types)
        if inner is None or inner & parameter.kinds:
            return ""
    return f"“{parameter.name}” must be {_listed(parameter.kinds - {Kind.NULL})}, but is {_listed(kinds)}."


def _listed(kinds: frozenset[Kind]) -> str:
    return " or ".join(sorted(kind.value for kind in kinds))


def _check_pattern(inference: Inference, node: s.Call, built_in: Builtin) -> None:
    """A pattern that is written down is read now; flags that are not make it another, so it is not judged."""
    place = _FLAGS.get(built_in.name)
    if place is None or node.names is not None or len(node.arguments) < 2:
        return
    pattern, flags = node.arguments[1], node.arguments[place] if len(node.arguments) > place else s.String("")
    if not isinstance(pattern, s.String) or not isinstance(flags, s.String):
        return
    try:
        compile_pattern(pattern.value, flags.value)
    except PatternError as error:
        inference.find(Code.BAD_VALUE, pattern.at, f"The pattern “{pattern.value[:80]}” cannot be read: {error}.")
