"""The kernel: commands in, events out; `apply` alone changes state."""

from __future__ import annotations

from engine.kernel.appliers import apply
from engine.kernel.behaviours import BEHAVIOURS
from engine.kernel.codec import event_from_json, event_to_json, instance_from_json, instance_to_json, wait_key
from engine.kernel.codes import Code, Rejected
from engine.kernel.definitions import Definitions
from engine.kernel.execution import BUDGET, Outcome, advance
from engine.kernel.migration import ElementPlan, MigrationPlan, Verdict
from engine.kernel.preview import Effect, effect, preview, preview_migration
from engine.kernel.state import ElementInstance, InstanceStatus, Loop, Phase, State, Undo, Wait, restore
from engine.kernel.task_attributes import task_attributes
from engine.kernel.views import job_variables, visible_variables

__all__ = [
    "BEHAVIOURS",
    "BUDGET",
    "Code",
    "Definitions",
    "Effect",
    "ElementInstance",
    "ElementPlan",
    "InstanceStatus",
    "Loop",
    "MigrationPlan",
    "Outcome",
    "Phase",
    "Rejected",
    "State",
    "Undo",
    "Verdict",
    "Wait",
    "advance",
    "apply",
    "effect",
    "event_from_json",
    "event_to_json",
    "instance_from_json",
    "instance_to_json",
    "job_variables",
    "preview",
    "preview_migration",
    "restore",
    "task_attributes",
    "visible_variables",
    "wait_key",
]
