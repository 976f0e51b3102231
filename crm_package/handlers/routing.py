"""What a lead is worth and who serves it best: facts for the decisions, the choice of the person, notices (LG2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm_package.leads import lead_of
from crm_package.letters import letter
from runtime.sdk import Job, Values, handler

DEFAULT_CAPACITY = 50
OWN = ("person_role", "budget", "timeframe_days", "product_group", "language", "urgency", "request_type")
"""Facts that only the lead itself tells."""
SHARED = ("industry", "company_size", "country")
"""Facts that the account may tell as well."""


@handler("crm.scoring_facts")
def scoring_facts(job: Job) -> Values:
    """`facts` about the lead `lead_id` for scoring and routing; what the lead does not say its account may."""
    lead = lead_of(job)
    account = job.records.get("account", lead["account"]) if lead["account"] else None
    lines = job.records.find("lead_line", {"lead": lead["id"]})
    territory = _territory(job, lead["country"] or (account or {}).get("country"))
    own = {name: lead[name] for name in OWN}
    known = {name: lead[name] or (account or {}).get(name) for name in SHARED}
    customer = account is not None and account["lifecycle"] == "customer"
    facts = (
        own
        | known
        | {
            "territory": territory["code"] if territory else None,
            "territory_id": territory["id"] if territory else None,
            "account_manager": account["owner"] if account and customer else None,
            "est_value": lead["budget"] or worth(lines),
            "touchpoints": _touchpoints(job, lead),
        }
    )
    return {"facts": facts}


@handler("crm.pick_assignee")
def pick_assignee(job: Job) -> Values:
    """`picked.user` of the team, or None when nobody can take the lead; `picked.candidates` are the people to choose from.

    `preferred` goes first when active and not in `excluded`. Else who speaks `language`, knows `product_group`, is here and has
    room: the least loaded, and among equals the next after the one who got the last lead. With `anybody`, when nobody fits,
    whoever has least to do.
    """
    given = job.variables
    excluded = set(given.get("excluded") or ())
    team = [user for user in job.records.users(given["team"]) if user["id"] not in excluded]
    preferred = _preferred(job, given.get("preferred"), excluded)
    user = preferred or _fairest(job, given, team)
    return {"picked": {"user": user, "group": given["team"], "candidates": _candidates(job, team)}}


@handler("crm.notify")
def notify(job: Job) -> Values:
    """Tell people about the lead `lead_id`: header `template` is the notice; header `role`, else the variable `user`, else the
    owner, else the team of the lead says whom. Each gets it in his or her own language."""
    lead = lead_of(job)
    template = job.headers["template"]
    people = _recipients(job, lead)
    for person in people:
        text = letter(template, person["language"], {"lead": lead, "due": _moment(lead["first_response_due"])})
        notice = {"subject": text.subject, "body": text.body, "template": template, "lead": lead["id"], "planned_at": job.now}
        address = {"kind": "message", "status": "queued", "direction": "out", "recipient": person["id"], "owner": person["id"]}
        job.records.create("activity", notice | address)
    users = [person["id"] for person in people]
    job.records.note("lead", lead["id"], f"notice.{template}", _told(template, people), {"users": users})
    return {}


def worth(lines: list[dict[str, Any]]) -> Decimal | None:
    """The sum of quantity times expected price; None when no line has a price."""
    priced = [line["est_price"] * (line["quantity"] or 1) for line in lines if line["est_price"] is not None]
    return sum(priced, Decimal(0)) if priced else None


def _territory(job: Job, country: str | None) -> dict[str, Any] | None:
    today = job.now.date()
    found = job.records.find("territory", {"kind": "geography"}, ("code",)) if country else []
    valid = (one for one in found if _within(one["valid_from"], today, one["valid_to"]))
    return next((one for one in valid if country in (one["countries"] or ())), None)


def _within(start: date | None, day: date, end: date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _touchpoints(job: Job, lead: dict[str, Any]) -> list[dict[str, Any]]:
    """Kind and age in days of the signs of interest of the lead and of its contact."""
    found = job.records.find("touchpoint", {"lead": lead["id"]})
    if lead["contact"]:
        found += [one for one in job.records.find("touchpoint", {"contact": lead["contact"]}) if one["lead"] != lead["id"]]
    return [{"kind": one["kind"], "age_days": Decimal(max(0, (job.now - one["at"]).days))} for one in found]


def _preferred(job: Job, user: str | None, excluded: set[str]) -> str | None:
    """The wanted person, if active and one who carries customers."""
    active = {one["id"] for role in ("account_manager", "seller", job.variables["team"]) for one in job.records.users(role)}
    return user if user in active - excluded else None


def _fairest(job: Job, given: Values, team: list[dict[str, Any]]) -> str | None:
    ids = [user["id"] for user in team]
    profiles = {one["user"]: one for one in job.records.find("seller_profile", {"user": ids})} if ids else {}
    loads = {user: _load(job, user, profiles.get(user)) for user in ids}
    fitting = [user for user in ids if _fits(job, given, profiles.get(user), loads[user])]
    if not fitting and given.get("anybody"):
        fitting = [user for user in ids if _is_here(job, profiles.get(user))] or ids
    least = min((loads[user] for user in fitting), default=0)
    return _next_in_turn(job, given["team"], sorted(user for user in fitting if loads[user] == least))


def _load(job: Job, user: str, profile: dict[str, Any] | None) -> int:
    return len(job.records.find("lead", {"owner": user, "stage_category": "open"}, limit=_capacity(profile)))


def _capacity(profile: dict[str, Any] | None) -> int:
    return int(profile["capacity"]) if profile and profile["capacity"] is not None else DEFAULT_CAPACITY


def _is_here(job: Job, profile: dict[str, Any] | None) -> bool:
    return profile is None or profile["absent_until"] is None or profile["absent_until"] < job.now.date()


def _fits(job: Job, given: Values, profile: dict[str, Any] | None, load: int) -> bool:
    """A person without a profile can do everything; an empty list in a profile is no limit."""
    if load >= _capacity(profile) or not _is_here(job, profile):
        return False
    needs = (("languages", given.get("language")), ("product_groups", given.get("product_group")))
    return profile is None or all(not need or not profile[field] or need in profile[field] for field, need in needs)


def _next_in_turn(job: Job, team: str, users: list[str]) -> str | None:
    if not users:
        return None
    last = job.records.find("lead", {"team": team, "owner": users}, ("-assigned_at",), 1)
    previous = last[0]["owner"] if last and last[0]["assigned_at"] else ""
    return next((user for user in users if user > previous), users[0])


def _candidates(job: Job, team: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = [*team, *job.records.users("seller"), *job.records.users("sdr")]
    return [{"value": id, "label": name} for id, name in {person["id"]: person["name"] for person in people}.items()]


def _recipients(job: Job, lead: dict[str, Any]) -> list[dict[str, Any]]:
    if role := job.headers.get("role"):
        return job.records.users(role)
    team = job.records.users(lead["team"]) if lead["team"] else []
    user = job.variables.get("user") or lead["owner"]
    if user is None:
        return team
    known = [*team, *(one for role in ("seller", "account_manager", "sdr", "sales_manager") for one in job.records.users(role))]
    return [next((one for one in known if one["id"] == user), {"id": user, "name": user, "language": job.language})]


def _told(template: str, people: list[dict[str, Any]]) -> str:
    what = template.replace("_", " ").capitalize()
    return f"{what}: {', '.join(person['name'] for person in people)}" if people else f"{what}: nobody to tell"


def _moment(due: Any) -> str | None:
    return due.strftime("%Y-%m-%d %H:%M UTC") if due else None
