"""What can be wrong with a DMN file (30xx), a table's rules (31xx), a sheet (32xx), or when deciding (2xxx)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class DmnCode(StrEnum):
    """Stable codes, never reused."""

    UNKNOWN_DECISION = "DMN-2001"
    NOT_UNIQUE = "DMN-2002"
    NOT_ANY = "DMN-2003"
    BROKEN_EXPRESSION = "DMN-2004"
    REQUIRES_ITSELF = "DMN-2005"
    NOTHING_TO_DECIDE = "DMN-2006"
    NOT_DMN = "DMN-3001"
    MISSING_ATTRIBUTE = "DMN-3002"
    UNKNOWN_ELEMENT = "DMN-3003"
    UNKNOWN_REFERENCE = "DMN-3004"
    UNKNOWN_HIT_POLICY = "DMN-3005"
    WRONG_CELL_COUNT = "DMN-3006"
    OTHER_LANGUAGE = "DMN-3007"
    DUPLICATE_ID = "DMN-3008"
    UNKNOWN_TYPE = "DMN-3009"
    NO_EXPRESSION = "DMN-3010"
    UNKNOWN_IMPORT = "DMN-3011"
    CIRCULAR = "DMN-3012"
    AGGREGATION_UNFIT = "DMN-3013"
    NO_PRIORITIES = "DMN-3014"
    NESTED_TOO_DEEP = "DMN-3015"
    CIRCULAR_IMPORT = "DMN-3016"
    AMBIGUOUS_IMPORT = "DMN-3017"
    GAP = "DMN-3101"
    OVERLAP = "DMN-3102"
    CONFLICT = "DMN-3103"
    NEVER_ANSWERS = "DMN-3104"
    NEVER_MATCHES = "DMN-3105"
    NEVER_REACHED = "DMN-3106"
    OUTPUT_NOT_LISTED = "DMN-3107"
    NOT_FINISHED = "DMN-3108"
    NOT_EXACT = "DMN-3109"
    MISSING_VALUE = "DMN-3110"
    RELATED_INPUTS = "DMN-3111"
    BAD_SHEET = "DMN-3201"
    BAD_HEADER = "DMN-3202"
    BAD_ROW = "DMN-3203"


CODES: Final[Mapping[str, tuple[str, str]]] = {
    DmnCode.NOT_DMN: ("The file is no DMN.", "Export the model as DMN 1.1 to 1.5 XML."),
    DmnCode.MISSING_ATTRIBUTE: ("An element lacks a name or another attribute that it needs.", "Give it the attribute."),
    DmnCode.UNKNOWN_ELEMENT: (
        "An element is not known at this place.",
        "Remove it, or check the file against the DMN version that it names.",
    ),
    DmnCode.UNKNOWN_REFERENCE: ("A requirement leads nowhere.", "Draw the requirement again, or add what is missing."),
    DmnCode.UNKNOWN_HIT_POLICY: ("There is no such hit policy or aggregation.", "Choose one of those of DMN."),
    DmnCode.WRONG_CELL_COUNT: (
        "A rule or row has not one cell for each column.",
        "Give it the missing cells; an empty input is “-”.",
    ),
    DmnCode.OTHER_LANGUAGE: ("An expression is in another language than FEEL.", "Write it in FEEL."),
    DmnCode.DUPLICATE_ID: ("Two elements have one id.", "Give each element an id of its own."),
    DmnCode.UNKNOWN_TYPE: ("There is no type of this name.", "Choose a FEEL type, or an item definition of the file."),
    DmnCode.NO_EXPRESSION: (
        "Something that needs an expression has none.",
        "Add a table, a literal expression or another one.",
    ),
    DmnCode.UNKNOWN_IMPORT: (
        "An imported file is not there, or is no DMN.",
        "Deploy the imported file together with this one, or remove the import.",
    ),
    DmnCode.CIRCULAR: ("Decisions require each other in a circle.", "Remove one of the requirements."),
    DmnCode.AGGREGATION_UNFIT: ("An aggregation needs exactly one output.", "Remove the aggregation, or split the table."),
    DmnCode.NO_PRIORITIES: (
        "The hit policy orders by output values, and no output lists any (warning).",
        "List the output values from the highest priority to the lowest.",
    ),
    DmnCode.NESTED_TOO_DEEP: ("Expressions are nested too deeply.", "Move inner parts to decisions of their own."),
    DmnCode.CIRCULAR_IMPORT: ("Files import each other in a circle.", "Move what they share to a file that both import."),
    DmnCode.AMBIGUOUS_IMPORT: (
        "Two files have the namespace that is imported.",
        "Give each file a namespace of its own (attribute namespace of definitions).",
    ),
    DmnCode.GAP: (
        "For some inputs no rule matches, and the decision is null (warning).",
        "Add a rule for them, a last rule with “-” everywhere, or a default output.",
    ),
    DmnCode.OVERLAP: (
        "Rules of a UNIQUE table match the same input; the decision then fails (warning).",
        "Make the rules exclude each other, or choose another hit policy, such as FIRST.",
    ),
    DmnCode.CONFLICT: (
        "Rules of an ANY table match the same input and answer differently; the decision then fails (warning).",
        "Let them answer the same, or make them exclude each other.",
    ),
    DmnCode.NEVER_ANSWERS: (
        "Whenever a rule matches, another one does that the hit policy forbids beside it: it can only fail (warning).",
        "Remove one of the two, or choose another hit policy, such as FIRST.",
    ),
    DmnCode.NEVER_MATCHES: (
        "No input can match a rule: a condition holds for no value of its column (warning).",
        "Correct the condition, or remove the rule.",
    ),
    DmnCode.NEVER_REACHED: (
        "Rules that take precedence match everything that this rule does (warning).",
        "Move the rule before them, narrow them, or remove it.",
    ),
    DmnCode.OUTPUT_NOT_LISTED: (
        "An output is none of the output values of its column (warning).",
        "Correct the output, or add it to the output values.",
    ),
    DmnCode.NOT_FINISHED: (
        "The table is so entangled that its analysis was ended before all was found (warning).",
        "Split the table into several decisions, or ask for fewer inputs at once.",
    ),
    DmnCode.NOT_EXACT: ("Some conditions cannot be compared with others (note of the analysis).", "Nothing needs to be done."),
    DmnCode.MISSING_VALUE: (
        "A missing input (null) matches no rule (note of the analysis).",
        "If the input may be missing, add a rule with “null” or “-” for it.",
    ),
    DmnCode.RELATED_INPUTS: (
        "Inputs depend on the same variable, so that not all their values can occur together (note of the analysis).",
        "See whether what was found about them can happen.",
    ),
    DmnCode.BAD_SHEET: (
        "A sheet cannot be put into a decision table: it cannot be read, or the file or table is none that it fits.",
        "Export the table with “ringi table export”, edit that file, and import it again.",
    ),
    DmnCode.BAD_HEADER: (
        "The columns of a sheet are not those of the table.",
        "Take the headers as “ringi table export” writes them; the columns may stand in any order.",
    ),
    DmnCode.BAD_ROW: ("A row of a sheet cannot be a rule.", "Correct the row; nothing was changed."),
}
"""Code to (meaning, way out), for what is told when a file is checked."""


class DecisionFailed(Exception):
    """A decision has no answer: an unknown name, rules that contradict the hit policy, an expression over its budget."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
