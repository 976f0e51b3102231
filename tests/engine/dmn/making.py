"""Decision tables made for tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from engine.dmn import DmnFile, read_dmn

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def table_xml(
    rows: Sequence[Sequence[str]],
    inputs: Sequence[str] = ("x",),
    *,
    types: Sequence[str] = (),
    policy: str = "UNIQUE",
    outputs: str = '<output id="o1" name="answer"/>',
    allowed: Sequence[str] = (),
    more: str = "",
) -> bytes:
    """A file with one decision, `t`; each row has a condition for each input, then its outputs. `more` stands beside it."""
    columns = ""
    for place, text in enumerate(inputs):
        kind = f' typeRef="{types[place]}"' if place < len(types) and types[place] else ""
        values = (
            f"<inputValues><text>{escape(allowed[place])}</text></inputValues>"
            if place < len(allowed) and allowed[place]
            else ""
        )
        columns += f"<input><inputExpression{kind}><text>{escape(text)}</text></inputExpression>{values}</input>"
    rules = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(f"<inputEntry><text>{escape(c)}</text></inputEntry>" for c in row[: len(inputs)])
        cells += "".join(f"<outputEntry><text>{escape(c)}</text></outputEntry>" for c in row[len(inputs) :])
        rules += f'<rule id="rule-{number}">{cells}</rule>'
    return (
        f'<definitions xmlns="{NAMESPACE}" id="d" name="d" namespace="n">{more}<decision id="t" name="Table">'
        f'<decisionTable id="tt" hitPolicy="{policy}">{columns}{outputs}{rules}</decisionTable></decision></definitions>'
    ).encode()


def table_file(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: object) -> DmnFile:
    """The file that `table_xml` makes, read; it has no errors."""
    file = read_dmn(table_xml(rows, inputs, **options), "table.dmn")  # type: ignore[arg-type]  # as table_xml takes them
    assert file.ok, [str(p) for p in file.problems]
    return file
