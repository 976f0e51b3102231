"""The page for analysts on FEEL in lists, made from the tables of the code:
``python -m runtime.records.predicates.manual > docs/feel-in-lists.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from runtime.records.predicates.calculating import PARTS
from runtime.records.predicates.compiler import MOST_PARTS
from runtime.records.predicates.compiler import REFUSED as FORMS
from runtime.records.predicates.functions import FUNCTIONS
from runtime.records.predicates.functions import REFUSED as CALLS
from runtime.records.predicates.scope import MOST_VALUES

_INTRODUCTION = """\
# FEEL in lists

A condition over the records of one type is written in [FEEL](feel.md) and asked of the database, so that a list of a million
records need not be read. The answer is that of FEEL in memory, on SQLite and on PostgreSQL: a record is chosen when the
condition is `true`, and not when it is `false`, `null` or no condition at all.

```
GET /api/v1/records/deal?where=amount > 1000 and owner = user.id and stage_category = "open"
```

```
opened_on < today() - duration("P30D") and amount = null
size in ("small", "large") or contains(name, "GmbH")
list contains(tags, "fair") and not(list contains(tags, "lost"))
some tag in tags satisfies tag in user.roles
budget between 0.8 * amount and 1.2 * amount
today() in [valid_from..valid_to]
if urgent then amount > 100 else amount > 10000
(today() - seen_at).days > 90
```

What can be written in full is compiled; everything else is **refused** with line, column, reason and way out (`REC-1021`), and
never looked up record by record in silence. Grants hold as in every list: a condition chooses among what one may see.

## Names

- The fields of the type by their names, and `id`, `number`, `owner`, `pipeline`, `stage`, `stage_since`, `stage_category`,
  `created_at`, `created_by`, `updated_at`, `updated_by`, `version`, `origin`. Another name is refused (`REC-1022`).
- `user` is who asks: `user.id`, `user.name`, `user.roles`. `now()` and `today()` are bound when the list is asked for, in the
  user's time zone.
- A reference is the id of the other record. Lists of other records (children) and JSON fields have no value here; a JSON field
  may be compared with `null`.
"""

_CONSTANTS = """
Whatever names no field is calculated by FEEL itself before the database is asked, so there **all** of FEEL may be used:
`today() - duration("P1M")`, `for role in user.roles return upper case(role)`, `@"2026-03-01T09:00:00@Asia/Tokyo"`.
"""

_NUMBERS = """
## What is exact, and how

- **Numbers** are compared and calculated to the last digit, with 34 digits and half to even as in FEEL; SQLite, which has only
  binary fractions, compares the kept digits. `/` takes a constant whose reciprocal is exact (`/ 4`, `/ 100`, not `/ 3`).
- **Texts** are compared by code points, great and small letters differ, and `%` and `_` mean themselves.
- **Dates and times** are equal within the same second, as everywhere in FEEL; `<` and `>` look at the fraction too. A date and
  time of a record is in UTC, so `seen_at.hour` and `date(seen_at)` are those of UTC. A constant needs a zone.
- **null**: `=` and `!=` with null are true or false, `<` with null is null, `not(null)` is null, values of different kinds are
  neither equal nor unequal. `in` with a list is never null, `between` and ranges are null when the value is.
"""


def manual() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_compiled(), _CONSTANTS.strip(), _NUMBERS, *_refused(), *_limits()])


def _compiled() -> Iterator[str]:
    yield "## What is compiled\n"
    yield "| form | with fields |"
    yield "|---|---|"
    yield "| `=` `!=` `<` `<=` `>` `>=` `between` `in` | values, lists and ranges; several choices only with `=`, `!=` |"
    yield "| `and` `or` `not(…)` `if … then … else` | three-valued, as in FEEL |"
    yield "| `+` `-` `*` `/` | numbers; dates and days or hours (`P1DT2H`); the duration between two dates |"
    yield "| `some` `every` | over a field of several choices, or over a constant list |"
    for kind, parts in PARTS.items():
        yield f"| `.{'` `.'.join(parts)}` | of a {kind} |"
    yield f"| functions | {', '.join(f'`{function.usage}`' for function in FUNCTIONS.values())} |\n"


def _refused() -> Iterator[str]:
    yield "## What is refused\n"
    yield "| with fields | why | instead |"
    yield "|---|---|---|"
    for name, (reason, way_out) in CALLS.items():
        yield f"| `{name}(…)` | {reason} | {way_out} |"
    for usage, reason, way_out in FORMS.values():
        yield f"| {usage} | {reason} | {way_out} |"
    yield "| `a / b` | Division by a field is not exact in a database. | Multiply the other side: `a > 0.5 * b`. |"
    yield '| `opened_on + duration("P1M")` | Months are not added to fields. | `opened_on < today() - duration("P1M")` |'
    yield "| `account.name` | A reference is an id. | Ask where those records are listed. |"
    yield "| another function | It is only calculated from constants. | |\n"


def _limits() -> Iterator[str]:
    yield f"""## Limits

A list may have {MOST_VALUES:,} values, a condition {MOST_PARTS:,} parts, and it may be nested about ten deep (chains of `and`
and `or` do not count). What is larger is refused at once (`REC-1023`); a constant part that would run too long is stopped like
any other FEEL (`FEEL-2001`).

Conditions on texts, choices, dates and numbers cost about what SQL by hand costs, a tenth or less of FEEL record by record;
calculation with exact numbers is done by functions of Ringi on SQLite and costs about half of it. `make bench` (group
`conditions`, 100,000 records) shows the figures.
"""


if __name__ == "__main__":
    sys.stdout.write(manual())
