"""The command table: how each order is decided. A handler refuses before it states any fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.kernel import commands as c
from engine.kernel.codes import Rejected
from engine.kernel.handlers import (
    ad_hoc,
    catches,
    jobs,
    migration,
    modification,
    moves,
    operations,
    start,
    suspension,
    user_tasks,
)
from engine.kernel.step import Step

Handler = Callable[[Step, Any], Rejected | None]

HANDLERS: Mapping[type, Handler] = {
    c.StartInstance: start.start_instance,
    c.CompleteUserTask: user_tasks.complete_user_task,
    c.AssignUserTask: user_tasks.assign_user_task,
    c.CompleteJob: jobs.complete_job,
    c.FailJob: jobs.fail_job,
    c.ThrowError: jobs.throw_error,
    c.TriggerTimer: catches.trigger_timer,
    c.CorrelateMessage: catches.correlate_message,
    c.BroadcastSignal: catches.broadcast_signal,
    c.ResolveIncident: operations.resolve_incident,
    c.SetVariables: operations.set_variables,
    c.CancelInstance: operations.cancel_instance,
    c.SendBackUserTask: modification.send_back_user_task,
    c.WithdrawUserTask: moves.withdraw_user_task,
    c.HandOverUserTask: moves.hand_over_user_task,
    c.AddCoSigner: moves.add_co_signer,
    c.RefuseCoSignature: moves.refuse_co_signature,
    c.MigrateInstance: migration.migrate_instance,
    c.ModifyInstance: modification.modify_instance,
    c.SuspendInstance: suspension.suspend_instance,
    c.ResumeInstance: suspension.not_suspended,
    c.ContinueInstance: suspension.continue_instance,
    c.ActivateAdHocElements: ad_hoc.activate_elements,
}
