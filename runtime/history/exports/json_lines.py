"""JSON Lines (jsonlines.org): one line for each event of the journal, with who did it, when and why."""

from __future__ import annotations

import json
from collections.abc import Iterator

from runtime.history.exports.masking import Mask
from runtime.history.exports.selection import Selection, instances, journal_of
from runtime.processes.library import Library
from runtime.store.work import Work


def json_lines(work: Work, library: Library, selection: Selection, mask: Mask) -> Iterator[str]:
    """The lines, each with its line break. `number` counts from 0 within a transaction `seq` of the instance."""
    for instance in instances(work.connection, selection):
        about = {"instance": instance["id"], "process": instance["process_id"], "version": instance["version"]}
        about["business_key"] = mask.text(instance["business_key"])
        for row in journal_of(work.connection, instance["id"]):
            who = {"actor": mask.person(row["actor"]), "actor_name": mask.text(row["actor_name"]), "via": row["via"]}
            did = {"why": mask.text(row["why"]), "command": row["command"]}
            for number, event in enumerate(row["events"]):
                place = {"seq": row["seq"], "number": number, "at": row["at"].isoformat()}
                line = {**about, **place, **who, **did, "event": mask.event(event)}
                yield json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
