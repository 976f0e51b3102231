"""The page of the manual about diagrams for other engines: what is translated, what is not needed, what is refused and why."""

from __future__ import annotations

from typing import Final

from engine.bpmn.dialects import COUNTERPARTS, MEANT_FOR_ANOTHER, NOT_PLAIN, REASONS, WITHOUT_EFFECT
from engine.bpmn.translations import TRANSLATIONS

HEAD: Final = """# Diagrams for Camunda 7, Flowable and Activiti

A diagram that declares the namespace of one of these engines, and not `zeebe:`, is read with the settings of that engine where
they mean the same here. Each of them is named in a warning. A setting that would run differently is refused with its reason and
the way out, never dropped. Try a folder of diagrams with `ringi check --each --summary diagrams/`.

Plain `${…}` are variables, their properties, numbers, texts, comparisons, calculations, `and`, `or` and `!`. Calls, indexes,
`empty`, `? :`, texts that look like numbers or like true and false, and `loopCounter` (from 0 there, from 1 here) are not.

What an analyst should know beside the tables:

- Where those engines take an empty value for false or 0, FEEL says null, and a condition that is null is an incident.
- A call gives and takes only what its mappings name, as it does there.
- A message that is waited for needs a correlation key here; there the sender chooses the instance.
- A user task without assignment in a lane is offered to the group that the lane is named after.

This page is made from the tables in the code: `python -m engine.check.other_engines > docs/other-engines.md`.
"""


def other_engines_page() -> str:
    """`docs/other-engines.md` as Markdown."""
    translated = [f"| {_cell(row.names)} | {', '.join(sorted(row.at))} | {_cell(row.becomes)} |" for row in TRANSLATIONS]
    refused = [
        f"| {name} | It {_cell(REASONS.get(name, MEANT_FOR_ANOTHER))}. | {_cell(fix)} |"
        for name, fix in sorted(COUNTERPARTS.items(), key=lambda row: row[0].lower())
    ]
    parts = (
        HEAD,
        "## Translated\n\n| setting | at | read as |\n|---|---|---|",
        *translated,
        "\n## Not needed here (a warning)\n",
        ", ".join(f"`{name}`" for name in sorted(WITHOUT_EFFECT, key=str.lower)) + ".",
        "\n## Refused where it was not translated\n",
        f"Any other setting of these engines is refused too: it {MEANT_FOR_ANOTHER}. A value with `${{…}}` is refused when it",
        f"{NOT_PLAIN}.\n",
        "| setting | why | the way out |\n|---|---|---|",
        *refused,
    )
    return "\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


if __name__ == "__main__":
    print(other_engines_page(), end="")  # noqa: T201 - the page is what this prints
