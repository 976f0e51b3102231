"""The processes and tables that are measured, in our dialect and in SpiffWorkflow's, written from the same parts."""

from __future__ import annotations

from itertools import pairwise

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
BANDS = 10
REGIONS = ("EU", "US", "APAC", "LATAM", "MEA")


def two_user_tasks(*, ours: bool = True) -> bytes:
    """One person's task after the other's."""
    kind = "<extensionElements><zeebe:userTask/></extensionElements>" if ours else ""
    tasks = "".join(f'<userTask id="t{n}" name="Task {n}">{kind}</userTask>' for n in range(2))
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate([("start", "t0"), ("t0", "t1"), ("t1", "end")])
    )
    return _definitions(f'<startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}')


def table(*, ours: bool, bands: int = BANDS) -> bytes:
    """Rules (FIRST; fifty of them for ten bands) over a number range and a text, two outputs."""
    rows = [(band, region) for band in range(bands) for region in REGIONS]
    rules = "".join(_rule(n, band, region, ours=ours) for n, (band, region) in enumerate(rows))
    namespace = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    return (
        f'<definitions xmlns="{namespace}" id="defs" name="tiers" namespace="urn:bench"><decision id="tier" name="tier">'
        '<decisionTable id="dt" hitPolicy="FIRST">'
        '<input id="i1" label="amount"><inputExpression id="e1" typeRef="number"><text>amount</text></inputExpression></input>'
        '<input id="i2" label="region"><inputExpression id="e2" typeRef="string"><text>region</text></inputExpression></input>'
        '<output id="o1" label="tier" name="tier" typeRef="string"/>'
        '<output id="o2" label="score" name="score" typeRef="number"/>'
        f"{rules}</decisionTable></decision></definitions>"
    ).encode()


def json_table() -> dict[str, object]:
    """The same table in the JSON decision model of zen-engine."""
    rows = [(band, region) for band in range(BANDS) for region in REGIONS]
    rules = [
        {"_id": f"r{n}", "i1": f"[{band * 100}..{band * 100 + 100})", "i2": f'"{region}"', "o1": f'"tier{band}"', "o2": str(n)}
        for n, (band, region) in enumerate(rows)
    ]
    columns = {
        "inputs": [{"id": "i1", "name": "amount", "field": "amount"}, {"id": "i2", "name": "region", "field": "region"}],
        "outputs": [{"id": "o1", "name": "tier", "field": "tier"}, {"id": "o2", "name": "score", "field": "score"}],
    }
    kinds: dict[str, object] = {
        "inputNode": {},
        "decisionTableNode": {"hitPolicy": "first", "rules": rules, **columns},
        "outputNode": {},
    }
    nodes = [{"id": kind, "name": kind, "type": kind, "content": content} for kind, content in kinds.items()]
    edges = [{"id": f"e{n}", "sourceId": a, "targetId": b} for n, (a, b) in enumerate(pairwise(kinds))]
    return {"nodes": nodes, "edges": edges}


def _rule(number: int, band: int, region: str, *, ours: bool) -> str:
    low, high = band * 100, band * 100 + 100
    first = f"[{low}..{high})" if ours else f"{low} &lt;= ? and ? &lt; {high}"
    cells = "".join(
        f'<{kind} id="r{number}{n}"><text>{text}</text></{kind}>'
        for n, (kind, text) in enumerate(
            [
                ("inputEntry", first),
                ("inputEntry", f'"{region}"'),
                ("outputEntry", f'"tier{band}"'),
                ("outputEntry", str(number)),
            ]
        )
    )
    return f'<rule id="r{number}">{cells}</rule>'


def _definitions(content: str) -> bytes:
    return (
        f'<definitions xmlns="{BPMN}" xmlns:zeebe="{ZEEBE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" '
        f'targetNamespace="urn:bench"><process id="p" isExecutable="true">{content}</process></definitions>'
    ).encode()
