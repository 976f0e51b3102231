"""What can be wrong with a DMN file (3xxx) and with the evaluation of a decision (2xxx)."""

from __future__ import annotations

from enum import StrEnum


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


class DecisionFailed(Exception):
    """A decision has no answer: an unknown name, rules that contradict the hit policy, an expression over its budget."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
