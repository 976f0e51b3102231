"""The page on which an operator lets an instance go on in another version; each element is looked at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine.api import ElementPlan, MigrationPlan
from runtime.errors import RingiError
from runtime.http import notices
from runtime.http.current import platform, reading, writing
from runtime.http.instances.names import Names
from runtime.http.instances.orders import mapping_of, reason_of
from runtime.http.instances.outline import items_by_id, read_outline
from runtime.http.instances.page import InstancePage, instance_page
from runtime.http.instances.places import elements_of
from runtime.http.refusals import told
from runtime.http.security import allow_inline_styles, requires
from runtime.i18n import N_, _
from runtime.store.work import Work

VERDICTS: Mapping[str, str] = {
    "safe": N_("Safe: every element can go on."),
    "needs mapping": N_("Needs a mapping: say which element takes the place of which."),
    "refused": N_("Refused: something is in the way."),
}
MARKS: Mapping[str, tuple[str, str]] = {
    "safe": ("good", N_("safe")),
    "needs mapping": ("soon", N_("needs mapping")),
    "refused": ("late", N_("refused")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes of the `count` tokens on one element; `look` and `verdict` are the mark."""

    element: str
    name: str
    target: str
    look: str
    verdict: str
    reason: str
    notes: Sequence[str]
    count: int


@requires("instance.operate")
def migrate(instance_id: str) -> BaseResponse | str | tuple[str, int]:
    """Choose a version, map, see the verdict of each element, and go."""
    if request.method == "POST" and request.form.get("do") == "act":
        return _act(instance_id)
    with reading() as work:
        return _page(work, instance_id)


def _act(instance_id: str) -> BaseResponse | tuple[str, int]:
    try:
        with writing(reason_of(request.form)) as work:
            operations = platform().processes.operations
            operations.migrate(work, instance_id, mapping_of(request.form), version=_version())
    except RingiError as refusal:
        with reading() as work:
            return _page(work, instance_id, refusal), refusal.status
    notices.say(_("The instance goes on in version %(n)s.", n=_version()))
    return redirect(url_for("instances.show", instance_id=instance_id), 303)


def _page(work: Work, instance_id: str, refusal: RingiError | None = None) -> str:
    allow_inline_styles()
    page = instance_page(work, instance_id)
    versions = _versions(work, page)
    values: dict[str, Any] = {"rows": (), "plan": None, "elements": (), "data": page.diagram.data}
    if _version() is not None:
        try:
            values |= _dry_run(work, page)
        except RingiError as refused:
            refusal = refusal or refused
    return render_template(
        "instances/migrate.html",
        page=page,
        versions=versions,
        chosen=_version(),
        form=request.values,
        refusal=told(refusal) if refusal else "",
        **values,
    )


def _dry_run(work: Work, page: InstancePage) -> dict[str, Any]:
    instance = page.detail.instance
    processes = platform().processes
    plan = processes.operations.preview_migrate(work, instance.id, mapping_of(request.values), version=_version())
    target = processes.definition(work, instance.process_id, _version())
    xml = processes.resources(work, target.key)[target.resource]
    outline = read_outline(xml)
    names = Names(items=items_by_id(outline))
    return {
        "plan": plan,
        "verdict": _(VERDICTS[str(plan.verdict)]),
        "look": MARKS[str(plan.verdict)][0],
        "rows": _rows(plan, page),
        "elements": [(id, name) for process in outline for id, name in elements_of(process.children)],
        "data": {"xml": xml.decode("utf-8", "replace"), **_drawn(plan, names), "strings": page.diagram.data["strings"]},
    }


def _rows(plan: MigrationPlan, page: InstancePage) -> list[Row]:
    """One row for each element of the diagram; of several tokens on it the worst is shown."""
    found: dict[str, list[ElementPlan]] = {}
    for one in plan.elements:
        if one.element != page.detail.instance.process_id or one.reason:
            found.setdefault(one.element, []).append(one)
    return [_row(plans, page.names) for plans in found.values()]


def _row(plans: Sequence[ElementPlan], names: Names) -> Row:
    worst = max(plans, key=lambda one: list(MARKS).index(str(one.verdict)))
    look, verdict = MARKS[str(worst.verdict)]
    return Row(
        element=worst.element,
        name=names.element(worst.element),
        target=worst.target or "",
        look=look,
        verdict=_(verdict),
        reason=worst.reason,
        notes=worst.notes,
        count=len(plans),
    )


def _drawn(plan: MigrationPlan, names: Names) -> dict[str, Any]:
    """The diagram of the new version with the tokens as they would stand on it."""
    counts = Counter(one.target for one in plan.elements if one.target in names.items)
    inside = {id: n for id, n in counts.items() if id and names.items[id].type != "process"}
    elements = [
        {
            "id": id,
            "active": 0,
            "incidents": 0,
            "completed": False,
            "label": "",
            "begins": n,
            "ends": 0,
            "change": _("will stand here: %(n)s", n=n),
        }
        for id, n in inside.items()
    ]
    return {"elements": elements, "flows": [], "focus": next(iter(inside), None)}


def _versions(work: Work, page: InstancePage) -> list[int]:
    """The other versions, the newest first."""
    instance = page.detail.instance
    rows = platform().processes.definitions(work, process_id=instance.process_id, latest=False)
    return sorted({row["version"] for row in rows} - {instance.version}, reverse=True)


def _version() -> int | None:
    text = request.values.get("version", "")
    return int(text) if text.isdecimal() else None
