"""The kinds of job that belong to process instances: call and local handlers, timers, and continuing after a step budget."""

from __future__ import annotations

from engine.api import commands, load
from runtime.errors import NotFound
from runtime.execute import Executor
from runtime.jobs import statements
from runtime.jobs.kinds import WriteDown
from runtime.jobs.service import Jobs
from runtime.jobs.statements import EXTERNAL, TIMERS
from runtime.jobs.work import Failed, Result, perform
from runtime.processes.mirror import CALL, CONTINUE, LOCAL, TIMER
from runtime.sdk import Job
from runtime.store.types import Row
from runtime.store.work import Work


class InstanceJobs:
    """Does the jobs of instances with the executor."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def register(self, jobs: Jobs) -> None:
        """Register all kinds."""
        jobs.register_owned(TIMER, self.fire_timer, lane=TIMERS)
        jobs.register_owned(CONTINUE, self.go_on)
        jobs.register_owned(LOCAL, self.retry_local)
        jobs.register_leased(CALL, self.call)

    def fire_timer(self, work: Work, job: Row, instance: Row) -> None:
        """The timer is due. One that its instance knows no more is deleted."""
        work.why = "timer due"
        try:
            self._executor.execute_locked(work, instance, commands.TriggerTimer(timer=job["key"]))
        except NotFound:
            statements.delete_jobs(work.connection, [job["id"]])

    def go_on(self, work: Work, job: Row, instance: Row) -> None:
        """Continue after a step budget was used up."""
        work.why = "continued after its step budget"
        statements.delete_jobs(work.connection, [job["id"]])
        self._executor.execute_locked(work, instance, commands.ContinueInstance())

    def retry_local(self, work: Work, job: Row, instance: Row) -> None:
        """Run a local handler again."""
        work.why = f"job {job['type']}"
        if not self._executor.retry_local(work, instance, job):
            statements.delete_jobs(work.connection, [job["id"]])

    def call(self, job: Row) -> WriteDown:
        """Run a call handler; its result is a command of its own. Without one the job waits for an external worker."""
        if self._executor.parts.handlers.find(job["type"]) is None:
            return self._offer(job)
        result = self._result(job)

        def write_down(work: Work, instance: Row | None) -> None:
            work.why = f"job {job['type']}"
            if instance is None or instance["status"] not in ("active", "suspended"):
                statements.delete_jobs(work.connection, [job["id"]])
                return
            if not self._executor.finish_call(work, instance, job, result):
                statements.delete_jobs(work.connection, [job["id"]])

        return write_down

    def _offer(self, job: Row) -> WriteDown:
        def write_down(work: Work, instance: Row | None) -> None:
            values = {"kind": EXTERNAL, "lane": EXTERNAL, "due": work.now, "lease": None, "attempts": job["attempts"] - 1}
            statements.update_job(work.connection, job["id"], values)
            self._executor.parts.queue.offer(work, job["type"])

        return write_down

    def _result(self, job: Row) -> Result:
        handler = self._executor.parts.handlers.find(job["type"])
        if job["attempts"] > job["retries"]:
            return Failed(message="The worker stopped, or took longer than its lease, each time it was tried.", hopeless=True)
        if handler is None:
            return Failed(message=f"No handler is installed for the job type {job['type']!r}.", hopeless=True)
        return perform(handler, self._job(job), job["key"])

    @staticmethod
    def _job(job: Row) -> Job:
        return Job(
            type=job["type"],
            key=job["id"],
            instance=job["instance_id"],
            element=job["element"],
            now=job["now"],
            variables=load(job["payload"]["variables"]),
            headers=job["payload"]["headers"],
            listener=job["payload"].get("listener", ""),
            retries=job["retries"] - job["attempts"],
            language=job["actor"]["language"],
        )
