"""The table of problem codes for the manual: code, meaning, way out."""

from __future__ import annotations

from typing import Final

from engine import bpmn, dmn, spiff, xml
from engine.check import codes

HEAD: Final = """# Problem codes

What `ringi check`, the designer and a deployment say about diagrams, forms and their files. An error stops the deployment, a
warning does not. Every problem also names its file, line and element. Codes are stable: none is ever given another meaning.

What each element needs is told in [the elements of a diagram](elements.md). Mistakes in FEEL (`FEEL-…`) carry their own
sentence with the place in the expression; [FEEL](feel.md) lists their codes.
This page is made from the tables in the code: `python -m engine.check.manual > docs/problems.md`.
"""
_SECTIONS: Final = (
    ("XML-3", "Files"),
    ("BPMN-30", "Diagrams: the file as a whole"),
    ("BPMN-31", "Diagrams: words that are not known here"),
    ("BPMN-32", "Diagrams: elements of BPMN that do not run yet"),
    ("BPMN-33", "Diagrams: how elements are connected"),
    ("BPMN-34", "Diagrams: what elements need"),
    ("BPMN-35", "Diagrams: expressions and timers"),
    ("DMN-30", "Decisions"),
    ("DMN-31", "Decision tables: what their analysis finds"),
    ("DMN-32", "Decision tables as sheets"),
    ("CHECK-3", "Files that belong together"),
    ("FORM-3", "Forms"),
    ("SPIFF-3", "Diagrams in SpiffWorkflow's dialect"),
)


def problems_page() -> str:
    """`docs/problems.md` as Markdown."""
    known = {**xml.CODES, **bpmn.CODES, **dmn.CODES, **codes.CODES, **spiff.CODES}
    parts = [HEAD]
    for prefix, title in _SECTIONS:
        rows = [
            f"| {code} | {_cell(meaning)} | {_cell(fix)} |" for code, (meaning, fix) in known.items() if code.startswith(prefix)
        ]
        parts.append("\n".join((f"## {title}\n", "| code | what is wrong | the way out |", "|---|---|---|", *rows, "")))
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


if __name__ == "__main__":
    print(problems_page(), end="")  # noqa: T201 - the page is what this prints
