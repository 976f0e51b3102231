from __future__ import annotations

import pytest

from runtime.access.role_files import read_roles
from runtime.declarations import PackageFile
from runtime.errors import Invalid
from runtime.packages.yaml_files import parse_yaml

GOOD = """
roles:
  seller:
    label: {en: Seller, ja: 営業}
    permissions: [task.work]
    grants:
      - {type: lead, actions: [read, update], scope: own}
      - {type: lead, actions: [read]}
"""


def file(text: str, owner: str = "demo") -> PackageFile:
    return PackageFile(owner, parse_yaml(text.encode(), f"{owner}/roles.yaml"))


def problems(*files: PackageFile, types: set[str] | None = None) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read_roles(files, types=types)
    return [str(problem) for problem in refused.value.problems]


def test_reads_roles_beside_the_platforms_own() -> None:
    roles = read_roles([file(GOOD)], types={"lead"})
    assert [role.name for role in roles] == ["administrator", "process_analyst", "worker", "seller"]
    seller = roles["seller"]
    assert seller.owner == "demo"
    assert seller.label["ja"] == "営業"
    assert [(g.type, sorted(g.actions), g.scope) for g in seller.grants] == [
        ("lead", ["read", "update"], "own"),
        ("lead", ["read"], "all"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("permissions", "permisions"), "roles.yaml:5: error PKG-1051: roles.seller.permisions: Unknown key"),
        (GOOD.replace("task.work", "task.wrok"), "roles.seller.permissions.0: The permission 'task.wrok' is not known. Did"),
        (GOOD.replace("scope: own", "scope: team"), "roles.seller.grants.0.scope: The scope 'team' is not known."),
        (GOOD.replace("read, update", "read, updat"), "roles.seller.grants.0.actions.1: The action 'updat' is not known. Did"),
        (GOOD.replace("{type: lead, actions: [read]}", "{actions: [read]}"), "roles.seller.grants.1.type: Missing data"),
        (GOOD.replace("type: lead", "type: leed", 1), "grants.0.type: There is no record type 'leed'. Did you mean 'lead'?"),
        (
            GOOD.replace("en: Seller, ", ""),
            "roles.yaml:4: error PKG-1050: roles.seller.label: The English text (en) is missing",
        ),
        ("roles: [seller]", "roles: This must be a mapping of names."),
        ("roles: {yes: {label: x}}", "True is not text to YAML. Put it in quotes."),
        ("roles: {Se ller: {label: x}}", "'Se ller' is not a name"),
        ("{}", "roles: Missing data for required field."),
    ],
)
def test_says_what_is_wrong_where_and_what_was_meant(text: str, said: str) -> None:
    found = problems(file(text), types={"lead"})
    assert len(found) == 1
    assert said in found[0]


def test_a_role_of_two_packages_stops_with_both_named() -> None:
    found = problems(file(GOOD), file(GOOD, owner="other"))
    assert "'seller' comes from 'demo' already; 'other' must choose another name" in found[0]
    assert "'administrator' comes from 'ringi' already" in problems(file(GOOD.replace("seller:", "administrator:")))[0]


def test_all_faults_of_all_files_are_told_at_once() -> None:
    bad = GOOD.replace("permissions", "permisions").replace("read, update", "explode")
    assert len(problems(file(bad), file(bad, owner="other"))) == 4
