"""Record types and pipelines: what is not understood is told with file, line, key, and what was probably meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runtime.errors import Invalid, NotFound
from runtime.records.registry import read_record_types

GOOD = """type: thing
label: {en: Thing, ja: もの}
number: "T-{:03d}"
title: name
pipelines: [thing.way]
fields:
  name: {type: text, required: true, searchable: true, label: Name}
  kind: {type: choice, label: Kind, choices: {"no": {en: None of it}, 1st: First, yes-or-no: Both}}
  part_of: {type: reference, to: thing, label: Part of}
  parts: {type: children, of: thing, by: part_of, label: Parts}
  weight: {type: number, label: Weight, min: 0.5, max: 10, default: 1}
  made_on: {type: date, label: Made, default: 2026-11-21}
  soon: {type: date, label: Soon, default: "=date(now())"}
list: [number, name, stage]
card:
  - {label: Main, fields: [name, kind]}
"""
WAY = """pipeline: thing.way
type: thing
label: Way
stages:
  first: {label: First, next: [second]}
  second:
    label: Second
    category: won
    probability: 99.5
    max_days: 3
    required: [kind, owner]
    gate: "=weight > 0 and reason != null"
    checklist:
      - {key: done, label: Done, closing: true}
"""


@pytest.fixture
def read(package_file):
    return lambda type=GOOD, way=WAY: read_record_types([package_file(type, "thing.yaml")], [package_file(way, "way.yaml")])


def test_reads_a_type_with_its_pipeline(read) -> None:
    types = read()
    thing = types["thing"]
    assert (thing.owner, thing.title, thing.plural, thing.list) == ("demo", "name", thing.label, ("number", "name", "stage"))
    assert list(thing.columns) == ["name", "kind", "part_of", "weight", "made_on", "soon"]
    assert list(thing.fields["kind"].choices) == ["no", "1st", "yes-or-no"]
    assert (thing.fields["weight"].min, thing.fields["weight"].default) == (Decimal("0.5"), Decimal(1))
    assert thing.card[0].fields == ("name", "kind")
    way = types.pipeline("thing")
    assert way.first.key == "first"
    assert way.stages["first"].next == ("second",)
    second = way.stages["second"]
    assert (second.next, second.probability, second.max_days) == (None, Decimal("99.5"), Decimal(3))
    assert second.gate is not None
    assert second.gate.names == {"weight", "reason"}
    assert second.checklist[0].closing
    assert types.stages_in("thing", "won") == [("thing.way", "second")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: name", "titel: name", "thing.yaml:4: error PKG-1051: titel: Unknown key 'titel'. Did you mean 'title'?"),
        ("title: name", "title: nmae", "thing.yaml:4: error PKG-1050: title: 'nmae' is not a field that can name a record."),
        ("title: name", "title: parts", "title: 'parts' is not a field that can name"),
        ("type: text", "type: txt", "fields.name.type: The field type 'txt' is not known. Did you mean 'text'?"),
        ("searchable: true", "serchable: true", "thing.yaml:7: error PKG-1051: fields.name.serchable: Unknown key"),
        ("required: true", "required: sometimes", "fields.name.required: "),
        ("to: thing", "to: think", "fields.part_of.to: There is no record type 'think'. Did you mean 'thing'?"),
        ("to: thing, ", "", "fields.part_of.to: A field of type reference needs 'to'."),
        ("of: thing", "of: think", "fields.parts.of: There is no record type 'think'."),
        ("by: part_of", "by: name", "fields.parts.by: thing.name is not a reference to thing."),
        ("min: 0.5", "min: low", "fields.weight.min: This must be a number."),
        ("default: 1}", "default: 11}", "fields.weight.default: This must be at most 10."),
        ("default: 2026-11-21", "default: today", "fields.made_on.default: This is not a day."),
        ('"=date(now())"', '"=date(now("', "fields.soon.default: "),
        ("{type: text, ", "{type: text, choices: {a: A}, ", "fields.name.choices: A field of type text has no 'choices'."),
        (
            ', choices: {"no": {en: None of it}, 1st: First, yes-or-no: Both}',
            "",
            "fields.kind.choices: A field of type choice needs",
        ),
        ('"no": {en: None of it}', "no: {en: x}", "fields.kind.choices.False: False is not text to YAML. Put it in quotes."),
        ('"no": {en: None of it}', '"no": {ja: いいえ}', "fields.kind.choices.no: The English text (en) is missing"),
        ("{en: Thing, ja: もの}", "{en: No, ja: もの}", "label: False is not text to YAML. Put it in quotes."),
        ("{en: Thing, ja: もの}", "[Thing]", "label: This must be a text, or a text for each language"),
        ("{en: Thing, ja: もの}", "{en: Thing, english: x}", "label: 'english' is not a language code."),
        ("  name: {", "  owner: {", "fields.owner: Every record has 'owner' already."),
        ("  kind: {", "  if: {", "fields.if: 'if' is a word of FEEL"),
        ("  kind: {", "  Kind: {", "fields.Kind: 'Kind' is not a name"),
        ("  kind: {", "  " + "k" * 41 + ": {", "is not a name"),
        ("T-{:03d}", "T-", "number: The number needs one place for digits"),
        ("T-{:03d}", "T-{0.__class__}", "number: The number needs one place for digits"),
        ("[number, name, stage]", "[number, nam]", "list.1: There is no field 'nam'. Did you mean 'name'?"),
        ("fields: [name, kind]", "fields: [name, knd]", "card.0.fields.1: There is no field 'knd'. Did you mean 'kind'?"),
        ("[thing.way]", "[thing.why]", "pipelines.0: There is no pipeline 'thing.why'. Did you mean 'thing.way'?"),
    ],
)
def test_a_faulty_type_is_refused(read, old, new, said) -> None:
    assert old in GOOD
    with pytest.raises(Invalid) as refused:
        read(GOOD.replace(old, new, 1))
    told = [str(problem) for problem in refused.value.problems]
    assert any(said in one for one in told), told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("next: [second]", "next: [secnd]", "way.yaml:5: error PKG-1052: stages.first.next.0: There is no stage 'secnd'. Did"),
        ("type: thing", "type: thong", "type: There is no record type 'thong'. Did you mean 'thing'?"),
        ("category: won", "category: one", "stages.second.category: The category 'one' is not known."),
        ("probability: 99.5", "probability: 101", "stages.second.probability: "),
        ("[kind, owner]", "[kin, owner]", "stages.second.required.0: There is no field 'kin'. Did you mean 'kind'?"),
        ("[kind, owner]", "[parts]", "stages.second.required.0: There is no field 'parts'."),
        ("weight > 0", "wieght > 0", "stages.second.gate: There is no field 'wieght'. Did you mean 'weight'?"),
        ("weight > 0", "weight >", "stages.second.gate: "),
        ("key: done", "key: Done!", "stages.second.checklist.0.key: "),
        ("closing: true", "clsing: true", "checklist.0.clsing: Unknown key 'clsing'. Did you mean 'closing'?"),
        ("pipeline: thing.way", "pipeline: Thing Way", "pipeline: "),
        ("stages:\n", "stages: {}\nlabel2:\n", "stages: A pipeline needs at least one stage."),
    ],
)
def test_a_faulty_pipeline_is_refused(read, old, new, said) -> None:
    assert old in WAY
    with pytest.raises(Invalid) as refused:
        read(way=WAY.replace(old, new, 1))
    told = [str(problem) for problem in refused.value.problems]
    assert any(said in one for one in told), told


def test_every_fault_of_every_file_is_told_at_once(package_file) -> None:
    bad = GOOD.replace("searchable", "serchable").replace("title: name", "titel: name")
    with pytest.raises(Invalid) as refused:
        read_record_types([package_file(bad, "a.yaml"), package_file(bad, "b.yaml")], [])
    assert {(p.resource, p.field) for p in refused.value.problems} >= {
        ("a.yaml", "titel"),
        ("a.yaml", "fields.name.serchable"),
        ("b.yaml", "titel"),
        ("b.yaml", "fields.name.serchable"),
    }


def test_two_packages_cannot_declare_the_same_name(package_file) -> None:
    types = [package_file(GOOD, f"{owner}/thing.yaml", owner) for owner in ("one", "two")]
    ways = [package_file(WAY, f"{owner}/way.yaml", owner) for owner in ("one", "two")]
    with pytest.raises(Invalid) as refused:
        read_record_types(types, ways)
    told = [str(problem) for problem in refused.value.problems]
    assert "'thing' is declared by 'one' in one/thing.yaml already." in told[0]
    assert "'thing.way' is declared by 'one' in one/way.yaml already." in told[1]


def test_another_package_may_add_a_pipeline_to_a_type(package_file) -> None:
    more = WAY.replace("thing.way", "thing.detour").replace("label: Way", "label: Detour\ndefault: true")
    types = read_record_types([package_file(GOOD)], [package_file(WAY), package_file(more, "more.yaml", "other")])
    assert types["thing"].pipelines == ("thing.way", "thing.detour")
    assert [pipeline.name for pipeline in types.pipelines_of("thing")] == ["thing.detour", "thing.way"]
    assert types.pipeline("thing").owner == "other"
    with pytest.raises(Invalid, match="cannot be read") as refused:
        read_record_types([package_file(GOOD)], [package_file(WAY + "default: true\n"), package_file(more)])
    assert "is the default for thing already" in str(refused.value.problems[0])


def test_unknown_names_are_not_found_with_a_hint(read) -> None:
    types = read()
    with pytest.raises(NotFound, match="'thing'"):
        types["thng"]
    with pytest.raises(NotFound, match=r"'thing\.way'"):
        types.pipeline("thing", "thing.wya")


def test_the_crm_of_this_repository_is_not_needed_for_any_of_this() -> None:
    assert len(read_record_types([])) == 0
