"""The kernel's stable codes: 1xxx refuse a command, 2xxx stop an element instance with an incident. A code is never reused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Why the kernel refuses a command, or stops an element instance."""

    INSTANCE_NOT_STARTED = "KERNEL-1001"
    INSTANCE_ALREADY_STARTED = "KERNEL-1002"
    INSTANCE_ENDED = "KERNEL-1003"
    PROCESS_NOT_FOUND = "KERNEL-1004"
    START_EVENT_NOT_FOUND = "KERNEL-1005"
    START_EVENT_REQUIRED = "KERNEL-1006"
    USER_TASK_NOT_FOUND = "KERNEL-1007"
    USER_TASK_OF_ANOTHER = "KERNEL-1008"
    JOB_NOT_FOUND = "KERNEL-1009"
    JOB_HAS_INCIDENT = "KERNEL-1010"
    RETRIES_NEGATIVE = "KERNEL-1011"
    TIMER_NOT_FOUND = "KERNEL-1012"
    SUBSCRIPTION_NOT_FOUND = "KERNEL-1013"
    INCIDENT_NOT_FOUND = "KERNEL-1014"
    ELEMENT_INSTANCE_NOT_FOUND = "KERNEL-1015"
    ERROR_CODE_EMPTY = "KERNEL-1016"
    INSTANCE_SUSPENDED = "KERNEL-1017"
    INSTANCE_NOT_SUSPENDED = "KERNEL-1018"
    ELEMENT_NOT_FOUND = "KERNEL-1019"
    ELEMENT_NOT_ACTIVATABLE = "KERNEL-1020"
    SCOPE_NOT_CLEAR = "KERNEL-1021"
    MIGRATION_NEEDS_MAPPING = "KERNEL-1022"
    MIGRATION_REFUSED = "KERNEL-1023"

    INPUT_MAPPING_FAILED = "KERNEL-2001"
    OUTPUT_MAPPING_FAILED = "KERNEL-2002"
    CONDITION_FAILED = "KERNEL-2003"
    NO_FLOW_CHOSEN = "KERNEL-2004"
    SCRIPT_FAILED = "KERNEL-2005"
    TIMER_INVALID = "KERNEL-2006"
    MESSAGE_INVALID = "KERNEL-2007"
    JOB_INVALID = "KERNEL-2008"
    USER_TASK_INVALID = "KERNEL-2009"
    DECISION_FAILED = "KERNEL-2010"
    CALLED_PROCESS_NOT_FOUND = "KERNEL-2011"
    CALL_TOO_DEEP = "KERNEL-2012"
    LOOP_INVALID = "KERNEL-2013"
    LOOP_TOO_LARGE = "KERNEL-2014"
    LOOP_CONDITION_FAILED = "KERNEL-2015"
    LOOP_OUTPUT_FAILED = "KERNEL-2016"
    ERROR_INVALID = "KERNEL-2017"
    ERROR_UNCAUGHT = "KERNEL-2018"
    NO_RETRIES_LEFT = "KERNEL-2019"
    JOIN_NEVER_COMPLETE = "KERNEL-2020"
    STUCK = "KERNEL-2021"
    ELEMENT_NOT_SUPPORTED = "KERNEL-2022"
    START_NOT_POSSIBLE = "KERNEL-2023"
    EVENT_SUB_PROCESS_FAILED = "KERNEL-2041"
    JOINS_WAIT_FOR_EACH_OTHER = "KERNEL-2040"
    ESCALATION_INVALID = "KERNEL-2042"
    SIGNAL_INVALID = "KERNEL-2043"


@dataclass(frozen=True, slots=True)
class Rejected:
    """The command cannot be done; nothing changed. `detail` says what is wrong, in words for the caller."""

    code: Code
    detail: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an element instance cannot go on. It becomes an incident; it is never raised."""

    code: Code
    message: str
