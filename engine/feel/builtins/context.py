"""Context functions (DMN 1.5 §10.3.4.9–10), and what Camunda's users ask of values that may be missing."""

from __future__ import annotations

from engine.feel.functions import builtin
from engine.feel.run import Run
from engine.feel.values import Value


@builtin("get value", "m: context, key: string", "The value of an entry, null when there is none.")
def get_value(run: Run, m: dict[str, Value], key: str) -> Value:
    """get value({key1: "value1"}, "key1") = "value1"."""
    return m.get(key)


@builtin("get value", "context: context, keys: list", standard=False)
def get_nested_value(run: Run, context: dict[str, Value], keys: list[Value]) -> Value:
    """get value({a: {b: 1}}, ["a", "b"]) = 1."""
    found: Value = context
    for key in keys:
        found = found.get(key) if type(found) is dict and type(key) is str else None
    return found


@builtin("get entries", "m: context", "A list of contexts with the key and the value of each entry.")
def get_entries(run: Run, m: dict[str, Value]) -> list[Value]:
    """get entries({a: 1}) = [{key: "a", value: 1}]."""
    run.check_size(len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list", "A context of entries that each have a key and a value.")
def context_from(run: Run, entries: list[Value]) -> Value:
    """context([{key: "a", value: 1}]) = {a: 1}."""
    made: dict[str, Value] = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            return run.bad_value("Each entry needs a key, which is a text, and a value.")
        if entry["key"] in made:
            return run.bad_value(f"The key “{entry['key']}” is given twice.")
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put", "context: context, key: string, value: any", "The context with an entry added or replaced.")
def context_put(run: Run, context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    """context put({x: 1}, "y", 2) = {x: 1, y: 2}."""
    run.check_size(len(context))
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def context_put_nested(run: Run, context: dict[str, Value], keys: list[Value], value: Value) -> Value:
    """context put({x: 1, y: {a: 0}}, ["y", "a"], 2) = {x: 1, y: {a: 2}}."""
    if not keys or not all(type(key) is str for key in keys):
        return run.bad_value("The keys of context put are a list of at least one text.")
    run.check_size(len(context))
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0], {})
    if type(inner) is not dict:
        return run.bad_value(f"“{keys[0]}” is no context.")
    made = context_put_nested(run, inner, keys[1:], value)
    return None if made is None else {**context, keys[0]: made}


@builtin("context merge", "contexts: list", "One context of the entries of all; the last one wins.")
def context_merge(run: Run, contexts: list[Value]) -> Value:
    """context merge([{x: 1}, {x: 2, y: 3}]) = {x: 2, y: 3}."""
    made: dict[str, Value] = {}
    for context in contexts:
        if type(context) is not dict:
            return run.bad_value("context merge merges contexts only.")
        made.update(context)
        run.check_size(len(made))
    return made


@builtin("is defined", "value: any", "Whether the value is not null.", standard=False)
def is_defined(run: Run, value: Value) -> bool:
    """is defined(null) = false."""
    return value is not None


@builtin("get or else", "value: any, default: any", "The value, or the other one when it is null.", standard=False)
def get_or_else(run: Run, value: Value, default: Value) -> Value:
    """get or else(null, "this") = "this"."""
    return default if value is None else value
