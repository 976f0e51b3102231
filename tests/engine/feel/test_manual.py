"""The manual's table of functions is the table of built-ins."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from engine.feel import builtins_table
from engine.feel.errors import Code

MANUAL = Path(__file__).parents[3] / "docs" / "feel.md"
BEGIN, END = "<!-- functions: begin -->\n", "<!-- functions: end -->"


def functions_section() -> str:
    """What the manual must have between the two marks; write it there when this test fails."""
    lines: list[str] = []
    for family, rows in groupby(builtins_table(), key=lambda row: row.family):
        lines += [f"### {family.capitalize()}", "", "| Function | Value |", "|---|---|"]
        for row in rows:
            calls = "<br>".join(f"`{text}`".replace("|", "\\|") for text in row.signatures)
            lines.append(f"| {calls}{'' if row.standard else ' *'} | {row.purpose} |")
        lines.append("")
    return "\n".join(lines)


def test_the_manual_lists_every_function_as_it_is() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0] == functions_section()


def test_the_manual_names_the_codes() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    families = {code[:6] for code in Code}
    assert families == {"FEEL-1", "FEEL-2", "FEEL-3"}
    assert all(family in text for family in families)
