"""Moving a record to another stage by hand: at once when nothing is missing, else after asking for just that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from flask import redirect, request

from engine.api import Value
from runtime.errors import Conflict, Invalid
from runtime.forms import Node
from runtime.http import notices
from runtime.http.current import platform, reading, writing
from runtime.http.records.changing import address
from runtime.http.records.entry import some_fields
from runtime.http.records.filling import Answer, Filling, draw_page
from runtime.i18n import _, label
from runtime.records.model import RecordType
from runtime.records.rules import Move
from runtime.store.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person asked for; `answered` when the page that asks for more was filled in."""

    stage: str
    reason: str
    from_board: bool
    answered: bool
    done: list[str]


def move(record_type: RecordType, record_id: str) -> Answer:
    """Move, or ask for what the stage requires and the record lacks."""
    asked = _asked()
    with reading() as work:
        record = platform().records.get(work, record_type.name, record_id)
        moves = platform().records.moves(work, record_type.name, record_id)
    wanted = next((one for one in moves if one.stage.key == asked.stage), None)
    back = f"/records/{record_type.name}?view=board" if asked.from_board else address(record_type, record_id)
    if wanted is None or (wanted.ready and not asked.answered):
        return _at_once(record_type, record_id, asked.stage, back)
    filling = Filling(record_type=record_type, form=some_fields(record_type, wanted.missing), record=record)
    draw = partial(_draw, filling, wanted, asked)
    return filling.submit(partial(_act, record_type, record_id, asked, back), draw) if asked.answered else draw(filling.first())


def _asked() -> Asked:
    form = request.form
    return Asked(
        stage=form.get("stage", ""),
        reason=form.get("~reason", ""),
        from_board=form.get("from") == "board",
        answered="~seen" in form,
        done=form.getlist("~done"),
    )


def _act(record_type: RecordType, record_id: str, asked: Asked, back: str, work: Work, values: Mapping[str, Value]) -> str:  # noqa: PLR0917 (bound by partial)
    records = platform().records
    for item in asked.done:
        records.check_item(work, record_type.name, record_id, item)
    records.transition(work, record_type.name, record_id, asked.stage, values=values, reason=asked.reason)
    return back


def _at_once(record_type: RecordType, record_id: str, stage: str, back: str) -> Answer:
    try:
        with writing() as work:
            moved = platform().records.transition(work, record_type.name, record_id, stage)
    except (Invalid, Conflict) as refusal:
        notices.say(refusal.detail, "trouble")
    else:
        now_in = platform().records.types.stage(moved["pipeline"], moved["stage"])
        notices.say(_("Moved to %(stage)s.", stage=label(now_in.label) if now_in else stage))
    return redirect(back, code=303)


def _draw(filling: Filling, wanted: Move, asked: Asked, nodes: list[Node], trouble: Iterable[str] = ()) -> str:
    record_type, record = filling.record_type, filling.record
    back = address(record_type, record["id"])
    return draw_page(
        filling.form,
        nodes,
        trouble,
        heading=_("Move to %(stage)s", stage=label(wanted.stage.label)),
        action=f"{back}/move",
        back=back,
        back_text=platform().records.title(record_type.name, dict(record)),
        submit=_("Move"),
        hidden={"stage": asked.stage, "from": "board" if asked.from_board else ""},
        checklist=[
            {"key": item.key, "label": item.label, "closing": item.closing, "done": item.key in asked.done}
            for item in wanted.open_items
        ],
        ask_reason=wanted.requires_reason,
        reason=asked.reason,
    )
