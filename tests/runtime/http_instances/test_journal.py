"""The journal in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.api import events
from runtime.http.instances import facts, journal
from runtime.http.instances.names import Names
from runtime.http.instances.outline import items_by_id, read_outline
from runtime.i18n import LANGUAGES, speaking
from runtime.processes.views import JournalRow
from tests.support.diagrams import diagram, line, service_task, user_task

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
XML = diagram("sale", line(user_task("qualify"), service_task("mail", "mail.send")))


def names():
    return Names(items=items_by_id(read_outline(XML)))


def row(command, *happened, seq=1, why="", via="ui", name="Demo Seller"):
    return JournalRow(
        seq=seq, at=AT, actor="demo-seller", actor_name=name, via=via, why=why, command=command, events=tuple(happened)
    )


def created(task=4):
    return {
        "event": "UserTaskCreated",
        "task": task,
        "key": 3,
        "element": "qualify",
        "name": "Qualify",
        "candidate_groups": ["seller"],
    }


def tell(*rows):
    return journal.tell(rows, names())


def test_a_line_says_who_did_what_through_which_door():
    (told,) = tell(row("StartInstance", created(), via="api"))
    assert (told.who, told.door, told.headline) == ("Demo Seller", "through the API", "Started")
    assert told.facts == ("New task for seller: Qualify",)


def test_the_end_of_a_task_is_told_by_its_name():
    done = {"event": "UserTaskCompleted", "task": 4, "variables": {"budget": 5}}
    written = {"event": "VariablesWritten", "key": 1, "variables": {"budget": 5, "need": "chairs"}}
    told = tell(row("StartInstance", created()), row("CompleteUserTask", done, written, why="task Qualify"))[1]
    assert told.headline == "Task completed: Qualify"
    assert told.why == ""
    assert told.facts == ("Variables written: budget, need",)


def test_names_are_learnt_from_rows_that_are_not_shown():
    known = names()
    journal.learn([row("StartInstance", created())], known)
    done = {"event": "UserTaskCompleted", "task": 4, "variables": {}}
    (told,) = journal.tell([row("CompleteUserTask", done, seq=2)], known)
    assert told.headline == "Task completed: Qualify"


def test_a_wait_that_was_opened_long_ago_still_reads_as_a_sentence():
    (told,) = tell(row("TriggerTimer", {"event": "TimerTriggered", "timer": 99}))
    assert told.headline == "Timer went off: an earlier step"


def test_an_incident_marks_its_row_and_says_what_is_wrong():
    stuck = {
        "event": "IncidentRaised",
        "incident": 9,
        "key": 3,
        "element": "mail",
        "code": "KERNEL-2019",
        "message": "No answer.",
    }
    (told,) = tell(row("CompleteUserTask", stuck))
    assert told.trouble
    assert told.facts == ("Stuck at Service task: No answer.",)


def test_the_reason_a_person_gave_is_kept_and_the_platforms_own_is_put_in_words():
    assert tell(row("CancelInstance", why="customer withdrew"))[0].why == "customer withdrew"
    assert tell(row("StartInstance", why="message request.received"))[0].why == "by the message request.received"
    assert tell(row("TriggerTimer", why="timer due"))[0].why == ""


def test_moving_tokens_is_not_told():
    moved = [
        {"event": "ElementActivated", "key": 3, "element": "qualify", "process": "k", "parent": 1},
        {"event": "ElementEntered", "key": 3},
        {"event": "FlowTaken", "flow": "f0", "scope": 1},
    ]
    assert tell(row("StartInstance", *moved))[0].facts == ()


def test_many_variables_are_cut_short():
    written = {"event": "VariablesWritten", "key": 1, "variables": {f"v{n}": n for n in range(20)}}
    assert tell(row("SetVariables", written))[0].facts == ("Variables written: v0, v1, v2, v3, v4, v5, v6, v7 …",)


def test_a_decision_is_told_with_its_result():
    decided = {"event": "DecisionEvaluated", "key": 1, "element": "mail", "decision": "grade", "result": "B"}
    assert tell(row("StartInstance", decided))[0].facts == ('Decided by grade: "B"',)


def test_the_work_of_a_listener_is_not_told_as_that_of_its_step():
    made = {"event": "JobCreated", "job": 7, "key": 2, "element": "mail", "type": "note", "retries": 3, "listener": "start"}
    (told,) = tell(row("CompleteJob", made, {"event": "JobCompleted", "job": 7, "variables": {}}))
    assert told.headline == "Listener note done: Service task"


def test_the_path_is_that_of_this_diagram_only():
    rows = [
        row(
            "StartInstance",
            {"event": "ElementActivated", "key": 1, "element": "sale", "process": "k1", "parent": None},
            {"event": "ElementActivated", "key": 2, "element": "start", "process": "k1", "parent": 1},
            {"event": "ElementCompleted", "key": 2},
            {"event": "FlowTaken", "flow": "f0", "scope": 1},
            {"event": "ElementActivated", "key": 3, "element": "called", "process": "k2", "parent": 2},
            {"event": "ElementCompleted", "key": 3},
            {"event": "FlowTaken", "flow": "other", "scope": 3},
        )
    ]
    assert journal.path(rows, "k1") == ({"start": 1}, {"f0"})


SILENT = {
    "InstanceSuspended",
    "InstanceResumed",
    "InputReleased",
    "ExecutorStateChanged",
    "TriggerKept",
    "TriggerReleased",
    "StartQuantityReached",
    "ElementMigrated",
    "UserTaskRevised",
    "CoSigningStarted",
    "CoSignerAsked",
    "CoSigningEnded",
    "TaskResultKept",
    "CompensationKept",
    "CompensationStarted",
    "ElementActivated",
    "ElementEntered",
    "ElementCompleted",
    "ElementTerminated",
    "TokenJoined",
    "GatewayActivated",
    "AdHocElementsChosen",
    "AdHocElementBegun",
    "VariablesWritten",
    "LoopItemCompleted",
    "JobCreated",
    "JobRetried",
    "TimerCancelled",
    "MessageSubscriptionClosed",
    "SignalSubscriptionClosed",
    "ConditionOpened",
    "ConditionChanged",
    "ConditionClosed",
    "ListenersCompleted",
    "StartHeld",
    "StartReleased",
    "UserTaskChangeBegun",
    "UserTaskChangeEnded",
    "UserTaskCorrected",
}
"""Events that only move tokens, or that another line tells."""


def test_every_event_of_the_kernel_is_told_or_known_to_be_silent():
    kernel = {one.__name__ for one in events.Event.__args__}
    assert set(facts._TELL) | SILENT == kernel
    assert not set(facts._TELL) & SILENT


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_a_headline(language):
    with speaking(language):
        for command in journal._COMMANDS:
            (told,) = tell(row(command))
            assert told.headline
            assert language == "en" or told.headline != journal._COMMANDS[command]
