"""What must hold whatever happened. Each function gives a sentence for each thing that does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from engine.api import events, instance_to_json
from tests.faults.facts import Facts, moment
from tests.faults.shapes import BY_NAME, CALL

ACTIVE = ("active", "suspended")
LATEST = timedelta(seconds=5)
"""How late a timer may be where nothing was broken."""


def each_thing_happened_once(facts: Facts) -> Iterator[str]:
    """I1: the journal of an instance has no gap, and each element, job, task and timer in it begins once and ends once."""
    for instance, row in facts.instances.items():
        seqs = [line.row["seq"] for line in facts.journals.get(instance, ())]
        if seqs != list(range(1, row["version"] + 1)):
            yield f"{instance}: its rows are numbered {seqs[:9]}…, its version is {row['version']}"
        done = Counter(
            (type(e).__name__, key) for line in facts.journals.get(instance, ()) for e in line.events for key in _once(e)
        )
        yield from (f"{instance}: {name} {key} happened {n} times" for (name, key), n in done.items() if n > 1)


def _once(event: object) -> Sequence[int]:
    for kind, field in _ONCE:
        if type(event) is kind:
            return (getattr(event, field),)
    return ()


_ONCE = (
    (events.ElementActivated, "key"), (events.ElementCompleted, "key"), (events.ElementTerminated, "key"),
    (events.JobCreated, "job"), (events.JobCompleted, "job"), (events.UserTaskCreated, "task"),
    (events.UserTaskCompleted, "task"), (events.TimerScheduled, "timer"), (events.TimerTriggered, "timer"),
    (events.MessageSubscriptionOpened, "subscription"),
)  # fmt: skip


def the_journal_gives_what_is_stored(facts: Facts) -> Iterator[str]:
    """I2: replaying the journal gives the stored state, element by element, and its status."""
    for instance, row in facts.instances.items():
        state = facts.folded.get(instance)
        if state is None:
            yield f"{instance}: has no journal"
            continue
        stored = {one["key"]: one["data"] for one in facts.elements[instance]}
        folded = {key: instance_to_json(one) for key, one in state.elements.items()}
        if stored != folded:
            yield f"{instance}: stored are {sorted(stored)}, its journal gives {sorted(folded)}, or they differ inside"
        if str(state.status) != row["status"]:
            yield f"{instance}: is {row['status']}, its journal says {state.status}"


def the_peer_applied_what_was_called(facts: Facts) -> Iterator[str]:
    """I3: each call whose job ended well was applied under its key, and nothing else; each element called as its shape says."""
    applied = Counter(line["key"] for line in facts.peer if line["applied"])
    yield from (f"{key} was applied {n} times" for key, n in applied.items() if n > 1)
    known = {}
    for instance in facts.instances:
        jobs = facts.calls(instance, CALL)
        known |= jobs
        ended = {f"{instance}.{e.job}" for e, _ in facts.happened(instance, events.JobCompleted)}
        yield from (f"{key} ended well and was never applied" for key in jobs if key in ended and key not in applied)
        yield from _as_its_shape_says(facts, instance, Counter(jobs[key].element for key in jobs if key in applied))
    yield from (f"{key} was applied, and no journal knows it" for key in applied if key not in known)


def _as_its_shape_says(facts: Facts, instance: str, called: Counter[str]) -> Iterator[str]:
    row = facts.instances[instance]
    shape = BY_NAME.get(row["process_id"])
    if shape is None or row["status"] != "completed":
        return
    for element, (least, most) in shape.calls.items():
        if not least <= called[element] <= most:
            yield f"{instance} ({shape.name}): {element} called {called[element]} times, not {least} to {most}"
    if shape.one_of and sum(called[element] for element in shape.one_of) != 1:
        yield f"{instance} ({shape.name}): of {sorted(shape.one_of)} not exactly one called"


def everything_ended_or_waits(facts: Facts) -> Iterator[str]:
    """I4: an instance has ended, or waits for a task, job, timer, message or signal that is there, or has an open incident."""
    for instance, row in facts.instances.items():
        waits = facts.tasks[instance] + facts.jobs[instance] + facts.subscriptions[instance] + facts.signals[instance]
        is_open = [one for one in waits if one.get("status", "open") in ("open", "held")]
        if row["status"] in ACTIVE and not is_open and not facts.incidents[instance]:
            yield f"{instance} ({row['process_id']}): waits for nothing, and has no incident"
    for all_incidents in facts.incidents.values():
        yield from (f"an incident nobody asked for: {one['code']} {one['message'][:200]}" for one in all_incidents)


def no_lease_outlives_its_holder(facts: Facts) -> Iterator[str]:
    """I5: no lease is older than twice its length; where nobody was killed and no call failed, each call was made once."""
    for rows in facts.jobs.values():
        for row in rows:
            if row["lease"] and row["due"] < facts.now - facts.lease:
                yield f"{row['id']}: its lease ended at {moment(row['due'])}, and nobody took it over"
    if facts.healthy:
        calls = Counter(line["key"] for line in facts.peer)
        yield from (f"{key} was called {n} times, though nothing failed" for key, n in calls.items() if n > 1)


def the_outbox_is_empty(facts: Facts) -> Iterator[str]:
    """I6: nothing that was to be sent is left; a message that waits is one whose instance took the other way."""
    ended = {row["business_key"] for row in facts.instances.values() if row["status"] not in ACTIVE}
    yield from (f"job {row['id']} ({row['kind']}) is left" for row in facts.jobs.get(None, ()) if row["status"] == "open")  # type: ignore[call-overload]
    for row in facts.messages:
        if row["status"] == "pending":
            yield f"message {row['name']} {row['correlation_key']} was never delivered"
        if row["status"] == "waiting" and (row["name"] != "race.won" or row["correlation_key"] not in ended):
            yield f"message {row['name']} {row['correlation_key']} still waits"


def no_timer_fires_early(facts: Facts) -> Iterator[str]:
    """I7: no timer fires before it is due; where nothing was broken, none is more than five seconds late."""
    for instance in facts.instances:
        due = {event.timer: event.due for event, _ in facts.happened(instance, events.TimerScheduled)}
        for event, row in facts.happened(instance, events.TimerTriggered):
            if row["at"] < due[event.timer]:
                yield f"{instance}: a timer due at {moment(due[event.timer])} fired at {moment(row['at'])}"
            if facts.healthy and row["at"] > due[event.timer] + LATEST:
                yield f"{instance}: a timer due at {moment(due[event.timer])} fired only at {moment(row['at'])}"


def every_promise_is_kept(facts: Facts) -> Iterator[str]:
    """I8: what was answered is there, once: every start, every completed task, every message with one receiver."""
    yield from _starts(facts)
    yield from _completions(facts)
    yield from _messages(facts)


def _starts(facts: Facts) -> Iterator[str]:
    named = Counter((row["process_id"], row["business_key"]) for row in facts.instances.values())
    yield from (f"{key}: {n} instances" for key, n in named.items() if n > 1)
    for line in facts.promised("start"):
        if line["id"] not in facts.instances:
            yield f"the start of {line['shape']} {line['me']} was answered with {line['id']}, which is not there"


def _completions(facts: Facts) -> Iterator[str]:
    promised = Counter(line["task"] for line in facts.promised("complete"))
    yield from (f"task {task}: {n} drivers were told that they completed it" for task, n in promised.items() if n > 1)
    for task in promised:
        instance, _, key = task.rpartition(".")
        if int(key) not in {event.task for event, _ in facts.happened(instance, events.UserTaskCompleted)}:
            yield f"task {task} was promised to be completed, and is not in the journal"


def _messages(facts: Facts) -> Iterator[str]:
    told: dict[tuple[str, str], set[str]] = {}
    for line in facts.promised("message"):
        told.setdefault((line["name"], line["me"]), set()).add(line["answer"]["id"])
    yield from (f"message {key} has {len(ids)} ids" for key, ids in told.items() if len(ids) > 1)
    received = Counter(
        e.message_id for instance in facts.instances for e, _ in facts.happened(instance, events.MessageCorrelated)
    )
    yield from (f"message {which} was received {n} times" for which, n in received.items() if n > 1)
    left = {row["id"] for row in facts.messages if row["status"] == "waiting"}
    for key, ids in told.items():
        if not any(one in received or one in left for one in ids):
            yield f"message {key} was answered, and neither received nor kept"


def the_database_is_whole(facts: Facts) -> Iterator[str]:
    """I9: the database's own check of its files and of its foreign keys finds nothing."""
    yield from facts.broken


def rows_and_state_agree(facts: Facts) -> Iterator[str]:
    """I10: each wait of the state has its row, and each row its wait: the inbox, the jobs and timers, the subscriptions."""
    for instance, state in facts.folded.items():
        waits = {key: wait for element in state.elements.values() for key, wait in element.waits.items()}
        tables: Mapping[str, tuple[set[int], set[int]]] = {
            "user task": (_keys(waits, events.UserTaskCreated), _rows(facts.tasks[instance])),
            "timer or job": (_keys(waits, events.TimerScheduled, events.JobCreated), _rows(facts.jobs[instance])),
            "subscription": (_keys(waits, events.MessageSubscriptionOpened), _rows(facts.subscriptions[instance])),
            "signal": (_keys(waits, events.SignalSubscriptionOpened), _rows(facts.signals[instance])),
        }
        for name, (inside, stored) in tables.items():
            if inside != stored:
                yield f"{instance}: {name}: the state waits for {sorted(inside)}, stored are {sorted(stored)}"


def _keys(waits: Mapping[int, object], *kinds: type) -> set[int]:
    return {key for key, wait in waits.items() if type(wait) in kinds}


def _rows(rows: Sequence[Mapping[str, object]]) -> set[int]:
    return {int(str(row["key"])) for row in rows if row["key"] is not None and row.get("status", "open") in ("open", "held")}


def every_step_names_who_and_why(facts: Facts) -> Iterator[str]:
    """I11: each row of a journal tells who did it, through what, when and with which command, and holds at least one event."""
    for instance, lines in facts.journals.items():
        for line in lines:
            row = line.row
            if not (row["actor"] and row["via"] and row["command"] and row["at"] and line.events):
                yield f"{instance}: row {row['seq']} does not tell who did what"
            if row["via"] == "api" and row["actor"] != "driver":
                yield f"{instance}: row {row['seq']} came by the API from {row['actor']}, whom nobody asked"


INVARIANTS: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    "I1": each_thing_happened_once,
    "I2": the_journal_gives_what_is_stored,
    "I3": the_peer_applied_what_was_called,
    "I4": everything_ended_or_waits,
    "I5": no_lease_outlives_its_holder,
    "I6": the_outbox_is_empty,
    "I7": no_timer_fires_early,
    "I8": every_promise_is_kept,
    "I9": the_database_is_whole,
    "I10": rows_and_state_agree,
    "I11": every_step_names_who_and_why,
}


def violations(facts: Facts) -> dict[str, list[str]]:
    """What does not hold, by invariant; empty when all is well."""
    found = {name: list(check(facts)) for name, check in INVARIANTS.items()}
    return {name: told for name, told in found.items() if told}
