"""The engine as the DMN TCK's runner calls it (a function from model file, decision and inputs to a value)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from run_tck import EvaluationError, Temporal

from engine.dmn import DecisionFailed, DmnFile, evaluate_decision, read_dmn
from engine.feel import YearMonthDuration, from_plain
from engine.feel.temporal import read_date, read_date_time, read_duration, read_time, write_date, write_date_time, write_time
from engine.feel.wide import WideDate, WideDateTime, WideTime

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
_READ = {
    "date": read_date,
    "time": read_time,
    "dateTime": read_date_time,
    "dayTimeDuration": read_duration,
    "yearMonthDuration": read_duration,
}


@lru_cache(maxsize=32)
def _file(path: str, others: tuple[str, ...]) -> DmnFile:
    read = {p: read_dmn(Path(p).read_bytes(), Path(p).name) for p in others if p != path}
    return read_dmn(Path(path).read_bytes(), Path(path).name, {f.namespace: f for f in read.values()})


def _given(value: Any) -> Any:
    if isinstance(value, Temporal):
        return _READ[value.kind](value.text)
    if isinstance(value, list):
        return [_given(v) for v in value]
    if isinstance(value, dict):
        return {k: _given(v) for k, v in value.items()}
    return from_plain(value)


def _answer(value: Any) -> Any:
    match value:
        case list():
            return [_answer(v) for v in value]
        case dict():
            return {k: _answer(v) for k, v in value.items()}
        case YearMonthDuration():
            return Temporal("yearMonthDuration", str(value))
        case WideDate():
            return Temporal("date", write_date(value))
        case WideTime():
            return Temporal("time", write_time(value))
        case WideDateTime():
            return Temporal("dateTime", write_date_time(value))
        case _:
            return value


def evaluate(
    model_path: str,
    name: str,
    inputs: dict[str, Any],
    *,
    kind: str = "decision",
    result_name: str = "",
    model_paths: tuple[str, ...] = (),
    input_namespaces: dict[str, str] | None = None,
) -> Any:
    """The value of a decision or of one output of a decision service; raises the runner's EvaluationError."""
    file = _file(model_path, tuple(model_paths))
    given = {key: _given(value) for key, value in inputs.items()}
    for key, namespace in (input_namespaces or {}).items():
        prefix = next((n for n, f in file.imports.items() if f.namespace == namespace), None)
        if prefix:
            given[prefix] = {**given.get(prefix, {}), key: given.pop(key)}
    try:
        value = evaluate_decision(file, name, given, now=NOW).value
    except DecisionFailed as error:
        raise EvaluationError(str(error)) from error
    service = next((s for s in file.services.values() if kind == "decisionService" and s.name == name), None)
    if service is not None and len(service.outputs) > 1:
        value = value[result_name]
    return _answer(value)
