"""The routes of the record screens, on one page. What each shows is made in the modules beside this one."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from runtime.http.current import platform, reading
from runtime.http.records import card, changing, lists, moving
from runtime.http.records.filling import Answer
from runtime.http.security import SIGNED_IN, requires

blueprint = Blueprint("record_screens", __name__, template_folder="templates", url_prefix="/records")


@blueprint.get("/<type>")
@requires(SIGNED_IN)
def index(type: str) -> Answer:
    """The records of a type as a list, or by stage as a board."""
    record_type = platform().records.types[type]
    with reading() as work:
        if request.args.get("view") == "board" and record_type.pipelines:
            return render_template("records/board.html", **lists.board(work, record_type))
        return render_template("records/list.html", **lists.table(work, record_type))


@blueprint.get("/<type>/new")
@requires(SIGNED_IN)
def new(type: str) -> Answer:
    """An empty form."""
    return changing.blank(platform().records.types[type])


@blueprint.post("/<type>/new")
@requires(SIGNED_IN)
def create(type: str) -> Answer:
    """Make a record of what was filled in."""
    return changing.create(platform().records.types[type])


@blueprint.get("/<type>/<id>")
@requires(SIGNED_IN)
def show(type: str, id: str) -> Answer:
    """The card of a record: facts, what belongs to it, what happened."""
    with reading() as work:
        return render_template("records/card.html", **card.page(work, platform().records.types[type], id))


@blueprint.get("/<type>/<id>/edit")
@requires(SIGNED_IN)
def edit(type: str, id: str) -> Answer:
    """The form with the record's values."""
    return changing.filled(platform().records.types[type], id)


@blueprint.post("/<type>/<id>/edit")
@requires(SIGNED_IN)
def update(type: str, id: str) -> Answer:
    """Write what was changed, unless somebody else was first."""
    return changing.update(platform().records.types[type], id)


@blueprint.post("/<type>/<id>/move")
@requires(SIGNED_IN)
def move(type: str, id: str) -> Answer:
    """Move to another stage; asks only for what that stage requires and the record lacks."""
    return moving.move(platform().records.types[type], id)


@blueprint.post("/<type>/<id>/note")
@requires(SIGNED_IN)
def note(type: str, id: str) -> Answer:
    """Add a note to the timeline."""
    return changing.note(platform().records.types[type], id)


@blueprint.post("/<type>/<id>/assign")
@requires(SIGNED_IN)
def assign(type: str, id: str) -> Answer:
    """Give the record another owner."""
    return changing.assign(platform().records.types[type], id)
