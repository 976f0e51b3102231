"""Migrating a running process to another version of its diagram."""

from __future__ import annotations

from engine.kernel import catching, joins, migration
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import MigrateInstance
from engine.kernel.events import ElementMigrated, UserTaskCreated, UserTaskRevised
from engine.kernel.incidents import close
from engine.kernel.migration import Change, MigrationPlan, Verdict
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import UserTaskDetail


def migrate_instance(step: Step, command: MigrateInstance) -> Rejected | None:
    """Go on in the other version, when that is safe for every element instance."""
    found = planned(step, command)
    if isinstance(found, Rejected):
        return found
    plan, changes = found
    worst = plan.verdict
    if worst is not Verdict.SAFE:
        reasons = [one.reason for one in plan.elements if one.verdict is worst]
        more = f" And {len(reasons) - 3} more." if len(reasons) > 3 else ""
        code = Code.MIGRATION_REFUSED if worst is Verdict.REFUSED else Code.MIGRATION_NEEDS_MAPPING
        return Rejected(code, " ".join(dict.fromkeys(reasons[:3])) + more)
    for change in changes:
        _change(step, step.state.elements[change.key], change, command.process)
    for change in changes:
        _go_on(step, step.state.elements[change.key])
    return None


def planned(step: Step, command: MigrateInstance) -> tuple[MigrationPlan, list[Change]] | Rejected:
    """What the migration would do to each element instance."""
    state = step.state
    key = next(iter(state.elements)) if command.element_instance is None else command.element_instance
    root = state.elements.get(key)
    if root is None or not step.is_root(root):
        return Rejected(Code.ELEMENT_INSTANCE_NOT_FOUND, f"There is no active process {key} in the instance.")
    try:
        step.model(command.process)
    except KeyError:
        return Rejected(Code.PROCESS_NOT_FOUND, f"There is no process definition {command.process!r}.")
    return migration.plan(step, root, command.process, command.mapping)


def _change(step: Step, instance: ElementInstance, change: Change, process: str) -> None:
    for wait in change.close:
        close(step, wait)
    step.emit(
        ElementMigrated(
            key=change.key,
            element=change.target,
            process=process,
            renamed=change.renamed,
            arrived=change.arrived,
            consumed=change.consumed,
        )
    )
    for found in change.open:
        catching.open_wait(step, instance, found)
    for task in [wait for wait in instance.waits.values() if isinstance(wait, UserTaskCreated)]:
        _revise(step, instance, task)


def _revise(step: Step, instance: ElementInstance, task: UserTaskCreated) -> None:
    """The task has the name and form of the new version; its people and dates stay."""
    element = step.element_of(instance)
    detail = element.user_task or UserTaskDetail()
    name = element.name or element.id
    if task.co_signs is not None:
        detail = UserTaskDetail()
    if (name, detail.form_id, detail.form_binding) != (task.name, task.form_id, task.form_binding):
        step.emit(UserTaskRevised(task=task.task, name=name, form_id=detail.form_id, form_binding=detail.form_binding))


def _go_on(step: Step, instance: ElementInstance) -> None:
    """A join may have all its tokens now, since it has fewer ways in."""
    if not instance.is_join:
        return
    assert instance.parent is not None, "a join lies in a scope"
    step.moved.add(instance.parent)
    step.suspects.add(instance.parent)
    if joins.is_complete(step, instance):
        step.queue.append(instance.key)
