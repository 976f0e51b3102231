"""One command being carried out on SpiffWorkflow: the workflow in memory, and the one way to state a fact.

A task of SpiffWorkflow that stands in the diagram is an element instance; `keys` tells which. What fails stays where it failed,
with what it had before, until somebody resolves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.util.task import TaskState

from engine.feel import Value
from engine.kernel import events as e
from engine.kernel.appliers import APPLIERS
from engine.kernel.codes import Code
from engine.kernel.definitions import Definitions
from engine.kernel.deltas import changes_between
from engine.kernel.incidents import closing
from engine.kernel.state import ElementInstance, State
from engine.model.process import ProcessDefinition
from engine.spiff import thrown
from engine.spiff.codes import Incident
from engine.spiff.python import ScriptEngine, failure_of
from engine.spiff.specs import ErrorUncaught, RunningWorkflow, is_turn
from engine.spiff.storage import read_workflow, write_workflow
from engine.spiff.values import to_python

LONGEST_PATH: Final = 900
"""Tasks one after the other. SpiffWorkflow looks 1,000 deep and silently overlooks what lies deeper."""
MOST_TASKS: Final = 20_000
"""Tasks of one instance, the finished and the predicted ones included."""

ACTIVE: Final = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Run:
    """`budget` tasks are run before the rest is left to the next command."""

    def __init__(self, definitions: Definitions, state: State, now: datetime, budget: int) -> None:
        self.definitions = definitions
        self.state = state
        self.now = now
        self.budget = budget
        self.exhausted = False
        self.events: list[e.Event] = []
        self.keys: dict[str, int] = {}
        self.workflow: Any = None
        self.before: Any = None
        if state.elements:
            self._load()

    @property
    def root(self) -> ElementInstance:
        """The process instance."""
        return next(iter(self.state.elements.values()))

    def emit(self, event: e.Event) -> None:
        """State a fact: it is applied at once and returned to the caller."""
        self.events.append(event)
        APPLIERS[type(event)](self.state, event)

    def begin(self, process: str, model: ProcessDefinition, variables: dict[str, Value]) -> None:
        """Open the process and lay out its first tasks."""
        key = self.state.next_key
        self.emit(e.ElementActivated(key=key, element=model.id, process=process, parent=None, variables=variables))
        self.emit(e.ElementEntered(key=key))
        engine = ScriptEngine(self.now)
        self.workflow = RunningWorkflow(model.program.spec, model.program.subprocess_specs, script_engine=engine)
        self.workflow.task_tree.set_data(**{name: to_python(value) for name, value in variables.items()})

    def tasks(self, states: int = ACTIVE) -> Iterator[Any]:
        """The tasks in these states, those of the innermost sub-processes first."""
        inside = sorted(self.workflow.subprocesses.values(), key=lambda found: -found.depth)
        for workflow in (*inside, self.workflow):
            yield from [task for task in workflow.tasks.values() if task.has_state(states)]

    def task_of(self, key: int) -> Any:
        """The task of an element instance; None for processes."""
        ident = next((ident for ident, found in self.keys.items() if found == key), None)
        return None if ident is None else next((t for t in self.tasks() if str(t.id) == ident), None)

    def run_ready(self) -> None:
        """Run what can be run, until everything waits. Events that interrupt come before what they interrupt."""
        while ready := self._ready():
            for task in ready:
                if self.budget <= 0:
                    self.exhausted = True
                    return
                if task.state == TaskState.READY and task.id not in self.workflow.failed:
                    self.run(task)

    def _ready(self) -> list[Any]:
        ready = [t for t in self.tasks(TaskState.READY) if not t.task_spec.manual and t.id not in self.workflow.failed]
        return sorted(ready, key=lambda task: not isinstance(task.task_spec, BoundaryEvent))

    def run(self, task: Any) -> None:
        """Run one task. When that fails, it stands where it stood, with what it had."""
        self.budget -= 1
        key = self.key_of(task)
        too_large = self._too_large(task)
        if too_large is not None:
            self.workflow.failed[task.id] = too_large
            return
        parts = [task, task.parent] if is_turn(task) else [task]
        saved = [(part, deepcopy(part.data), deepcopy(part.internal_data)) for part in parts]
        try:
            task.run()
        except (Exception, SystemExit) as error:  # whatever a diagram's Python raises
            for part, data, internal in saved:
                part.data, part.internal_data = data, internal
            task._set_state(TaskState.READY)
            self.workflow.failed[task.id] = self._failure(task, error)
            thrown.forget(self)
            return
        if key is not None and task.state == TaskState.COMPLETED:
            self.end(key, completed=True)
            del self.keys[str(task.id)]
        thrown.tell(self, task)

    def hidden_failures(self) -> list[Any]:
        """Tasks that failed and are not in the diagram: SpiffWorkflow puts some of its own between those that are."""
        return [task for task in self.tasks() if task.id in self.workflow.failed and task.task_spec.bpmn_id is None]

    def key_of(self, task: Any) -> int | None:
        """The element instance of a task, activated if it was not; None for what the diagram does not show."""
        ident = str(task.id)
        if ident in self.keys:
            return self.keys[ident]
        if task.task_spec.bpmn_id is None:
            return None
        parent, process = self._scope_of(task)
        key = self.keys[ident] = self.state.next_key
        self.emit(e.ElementActivated(key=key, element=task.task_spec.bpmn_id, process=process, parent=parent))
        return key

    def _scope_of(self, task: Any) -> tuple[int, str]:
        """The element instance around a task, and the definition that the task belongs to."""
        if is_turn(task):
            body = self.key_of(task.parent)
            assert body is not None, "a loop is an activity of the diagram"
            return body, self.state.elements[body].process
        if task.workflow is self.workflow:
            return self.root.key, self.root.process
        around = self.workflow.get_task_from_id(task.workflow.parent_task_id)
        key = self.key_of(around)
        assert key is not None, "a sub-process is an activity of the diagram"
        if isinstance(around.task_spec, CallActivity):
            key = self._called(f"{around.id}/process", task.workflow.spec.name, key)
        return key, self.state.elements[key].process

    def _called(self, ident: str, process_id: str, caller: int) -> int:
        """The element instance of a called process."""
        if ident not in self.keys:
            process = self.definitions.called_process(process_id, self.state.elements[caller].process)
            assert process is not None, "what is called was deployed together with the caller"
            key = self.keys[ident] = self.state.next_key
            self.emit(e.ProcessCalled(key=caller, element=self.state.elements[caller].element, process=process))
            self.emit(e.ElementActivated(key=key, element=process_id, process=process, parent=caller))
        return self.keys[ident]

    def end(self, key: int, *, completed: bool) -> None:
        """The element instance is over, and waits for nothing any more."""
        for wait in list(self.state.elements[key].waits.values()):
            self.emit(closing(wait))
        self.emit(e.ElementCompleted(key=key) if completed else e.ElementTerminated(key=key))

    def save(self) -> None:
        """Keep the workflow with the process instance, as far as it became different."""
        document, names = write_workflow(self.workflow, self.before, self.now.timestamp())
        failed = {
            names.get(str(ident), str(ident)): [str(part) for part in found] for ident, found in self.workflow.failed.items()
        }
        document |= {"failed": failed, "keys": {_renamed(ident, names): key for ident, key in self.keys.items()}}
        changes = changes_between(self.before, document)
        if changes:
            self.emit(e.ExecutorStateChanged(key=self.root.key, changes=changes))

    def _load(self) -> None:
        self.before = self.root.executor_state
        program = self.definitions.process(self.root.process).program
        self.workflow = read_workflow(self.before, program, ScriptEngine(self.now))
        self.keys = dict(self.before["keys"])
        by_id = {str(task.id): task.id for task in self.tasks()}
        self.workflow.failed = {by_id[ident]: tuple(found) for ident, found in self.before["failed"].items() if ident in by_id}

    def _too_large(self, task: Any) -> tuple[str, str] | None:
        if task.depth > LONGEST_PATH:
            message = f"The path to here has more than {LONGEST_PATH} steps, a loop perhaps, and SpiffWorkflow sees no further."
            return Incident.PATH_TOO_LONG, f"{message} Cancel the instance, and put the body of the loop into a sub-process."
        if len(task.workflow.tasks) > MOST_TASKS:
            message = f"The instance has more than {MOST_TASKS:,} tasks: they double with every parallel block in a row."
            return Incident.TOO_MANY_TASKS, f"{message} Cancel it, and put the blocks into sub-processes."
        return None

    def _failure(self, task: Any, error: BaseException) -> tuple[str, str]:
        if isinstance(error, ErrorUncaught):
            return Code.ERROR_UNCAUGHT, f"The error {str(error)!r} of {task.task_spec.bpmn_id!r} is caught nowhere."
        return failure_of(error)


def _renamed(ident: str, names: dict[str, str]) -> str:
    task, slash, rest = ident.partition("/")
    return names.get(task, task) + slash + rest
