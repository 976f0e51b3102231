"""Reading decision tables (DMN 1.5 §8.3)."""

from __future__ import annotations

from dataclasses import replace

from engine.dmn import model as m
from engine.dmn.codes import DmnCode
from engine.dmn.document import Document, Element
from engine.dmn.expressions import META, BoxReader
from engine.feel import FeelSyntaxError, parse_tests, print_expression
from engine.feel.syntax import UnaryTests
from engine.problems import Severity

_ORDERED = (m.HitPolicy.PRIORITY, m.HitPolicy.OUTPUT_ORDER)


def read_table(reader: BoxReader, element: Element) -> m.DecisionTable:
    """A decision table; every cell that cannot be compiled, and every row of the wrong length, is a problem."""
    document = reader.document
    document.refuse_others(element, ("input", "output", "annotation", "rule", *META))
    inputs = tuple(_input(reader, e, n) for n, e in enumerate(document.children(element, "input"), 1))
    outputs = tuple(_output(reader, e, n) for n, e in enumerate(document.children(element, "output"), 1))
    if not outputs:
        document.problem(DmnCode.NO_EXPRESSION, element, "The table has no output column.", "Add an output.")
    rules = tuple(_rule(reader, e, n, len(inputs), len(outputs)) for n, e in enumerate(document.children(element, "rule"), 1))
    policy = _hit_policy(document, element)
    table = m.DecisionTable(
        id=element.get("id") or "",
        hit_policy=policy,
        aggregation=_aggregation(document, element, policy),
        inputs=inputs,
        outputs=outputs,
        rules=rules,
        type=reader.type_ref(element),
        annotations=tuple(a.get("name") or "" for a in document.children(element, "annotation")),
    )
    _check(document, element, table)
    return table


def _hit_policy(document: Document, element: Element) -> m.HitPolicy:
    text = (element.get("hitPolicy") or "UNIQUE").strip().upper()
    if text in set(m.HitPolicy):
        return m.HitPolicy(text)
    document.problem(
        DmnCode.UNKNOWN_HIT_POLICY,
        element,
        f"There is no hit policy “{text}”.",
        f"Choose one of {', '.join(m.HitPolicy)}.",
        field="hitPolicy",
    )
    return m.HitPolicy.UNIQUE


def _aggregation(document: Document, element: Element, policy: m.HitPolicy) -> m.Aggregation | None:
    text = (element.get("aggregation") or "").strip().upper()
    if not text or policy is not m.HitPolicy.COLLECT:
        return None
    if text in set(m.Aggregation):
        return m.Aggregation(text)
    document.problem(
        DmnCode.UNKNOWN_HIT_POLICY,
        element,
        f"There is no aggregation “{text}”.",
        f"Choose one of {', '.join(m.Aggregation)}, or none.",
        field="aggregation",
    )
    return None


def _check(document: Document, element: Element, table: m.DecisionTable) -> None:
    if table.aggregation and len(table.outputs) > 1:
        document.problem(
            DmnCode.AGGREGATION_UNFIT,
            element,
            f"COLLECT with {table.aggregation} needs exactly one output; the table has {len(table.outputs)}.",
            "Remove the aggregation, or split the table.",
            field="aggregation",
        )
    if table.hit_policy in _ORDERED and not any(o.values for o in table.outputs):
        document.problem(
            DmnCode.NO_PRIORITIES,
            element,
            f"{table.hit_policy} takes the order from the output values, and no output lists any.",
            "List the output values from the highest priority to the lowest.",
            field="outputValues",
            severity=Severity.WARNING,
        )
    if len(table.outputs) > 1:
        for number, output in enumerate(table.outputs, 1):
            if not output.name:
                document.problem(
                    DmnCode.MISSING_ATTRIBUTE,
                    element,
                    f"Output {number} has no name; with several outputs each is an entry of the result and needs one.",
                    "Give the output a name.",
                    field=f"output {number}",
                )


def _input(reader: BoxReader, element: Element, number: int) -> m.TableInput:
    document = reader.document
    expression = document.child(element, "inputExpression")
    if expression is None:
        document.problem(
            DmnCode.NO_EXPRESSION,
            element,
            f"Input {number} has no expression.",
            "Say what the column tests, such as the name of a variable.",
            field=f"input {number}",
        )
        literal = m.Literal(text="", feel=None, line=element.sourceline or 0)
    else:
        literal = reader.literal(expression, f"input {number}")
    values = document.child(element, "inputValues")
    allowed = (
        reader.literal(values, f"values of input {number}", tests=True)
        if values is not None and document.text(values)
        else None
    )
    return m.TableInput(label=element.get("label") or literal.text, expression=literal, allowed=allowed)


def _output(reader: BoxReader, element: Element, number: int) -> m.TableOutput:
    document = reader.document
    default = document.child(element, "defaultOutputEntry")
    name = (element.get("name") or "").strip()
    return m.TableOutput(
        name=name,
        label=element.get("label") or name,
        values=_values(reader, document.child(element, "outputValues"), f"values of output {number}"),
        default=reader.literal(default, f"default of output {number}")
        if default is not None and document.text(default)
        else None,
        type=reader.type_ref(element),
    )


def _values(reader: BoxReader, element: Element | None, field: str) -> tuple[m.Literal, ...]:
    """The output values one by one, in their order."""
    text = reader.document.text(element)
    if element is None or not text:
        return ()
    line = element.sourceline or 0
    try:
        tests = parse_tests(text, reader.names)
    except FeelSyntaxError:
        return (reader.compiled(text, element, field, line, tests=True),)
    parts = tests.tests if isinstance(tests, UnaryTests) else ()
    return tuple(reader.compiled(print_expression(part), element, field, line, tests=True) for part in parts)


def _rule(reader: BoxReader, element: Element, number: int, inputs: int, outputs: int) -> m.Rule:
    document = reader.document
    conditions, results = document.children(element, "inputEntry"), document.children(element, "outputEntry")
    for what, cells, columns in (("inputs", conditions, inputs), ("outputs", results, outputs)):
        if len(cells) != columns:
            document.problem(
                DmnCode.WRONG_CELL_COUNT,
                element,
                f"Rule {number} has {len(cells)} {what}, the table {columns}.",
                f"Give the rule {columns} {what}; an empty input is “-”.",
                field=f"rule {number}",
            )
    notes = tuple(document.text(a) for a in document.children(element, "annotationEntry"))
    return m.Rule(
        id=element.get("id") or "",
        number=number,
        line=element.sourceline or 0,
        conditions=tuple(_condition(reader, e, f"input {n} of rule {number}") for n, e in enumerate(conditions, 1)),
        outputs=tuple(_result(reader, e, f"output {n} of rule {number}") for n, e in enumerate(results, 1)),
        annotation=" ".join(notes),
        annotations=notes,
        description=document.text(element, "description"),
    )


def _condition(reader: BoxReader, element: Element, field: str) -> m.Literal | None:
    # Editors leave an untouched cell empty; it means the same as “-”.
    if reader.document.text(element) in ("", "-"):
        return None
    return reader.literal(element, field, tests=True)


def _result(reader: BoxReader, element: Element, field: str) -> m.Literal:
    # An output that nobody filled in is null.
    if reader.document.text(element):
        return reader.literal(element, field)
    return replace(reader.compiled("null", element, field, element.sourceline or 0), text="")
