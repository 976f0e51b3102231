"""Forms as HTML: what assistive technology needs, and nothing that data could inject."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from flask import Blueprint, Flask, render_template_string

from runtime.forms import HtmlSource, blank_page, flat, submit_page
from runtime.forms.words import clean, html
from runtime.i18n import gettext, ngettext, set_language

PAGE = '{% from "forms/form.html" import form_body with context %}{{ form_body(form, nodes, unseen) }}'


@pytest.fixture
def draw(now):
    app = Flask(__name__)
    app.register_blueprint(Blueprint("forms", "runtime.forms", template_folder="templates"))
    app.jinja_env.globals.update(
        {"_": gettext, "ngettext": ngettext, "all_nodes": lambda nodes: list(flat(nodes)), "icon": lambda name: ""}
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    def run(form, data=None, nodes=None, unseen=()):
        with app.test_request_context():
            shown = blank_page(form, data or {}, now=now) if nodes is None else nodes
            return render_template_string(PAGE, form=form, nodes=shown, unseen=unseen)

    return run


def test_every_input_has_a_label_and_says_required_as_a_word(form, draw):
    page = draw(form({"type": "textfield", "key": "name", "label": "Name", "validate": {"required": True}}))
    assert '<label for="f.name">Name <span class="required">required</span></label>' in page
    assert 'id="f.name" name="name"' in page
    assert 'aria-required="true"' in page


@pytest.mark.parametrize(
    ("component", "piece"),
    [
        ({"type": "textarea"}, "<textarea"),
        ({"type": "number"}, 'inputmode="decimal"'),
        ({"type": "checkbox"}, 'type="checkbox"'),
        ({"type": "select", "values": ["a"]}, '<option value="a">a</option>'),
        ({"type": "radio", "values": ["a"]}, 'type="radio" id="f.x.0" name="x"'),
        ({"type": "checklist", "values": ["a"]}, 'type="checkbox" id="f.x.0" name="x"'),
        ({"type": "taglist", "values": ["a"]}, 'type="checkbox"'),
        ({"type": "datetime", "subtype": "date"}, 'type="date"'),
        ({"type": "datetime", "subtype": "time"}, 'type="time"'),
        ({"type": "datetime", "subtype": "datetime"}, 'type="datetime-local"'),
        ({"type": "textfield", "validate": {"validationType": "email"}}, 'type="email"'),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, 'type="tel"'),
        ({"type": "textfield", "properties": {"autocomplete": "name"}}, 'autocomplete="name"'),
        ({"type": "expression", "expression": "=1 + 1"}, '<output id="f.x" class="computed">2</output>'),
        ({"type": "textfield", "appearance": {"prefixAdorner": "EUR"}}, '<span class="adorn">EUR</span>'),
        ({"type": "textfield", "readonly": True}, " readonly"),
        ({"type": "select", "readonly": True, "values": ["a"]}, " disabled"),
        ({"type": "textfield", "disabled": True}, " disabled"),
        ({"type": "textfield", "description": "Help me"}, 'aria-describedby="f.x-help"'),
        ({"type": "radio", "values": []}, "There is nothing to choose from yet."),
        ({"type": "textfield", "properties": {"trap": "true"}}, 'class="trap" aria-hidden="true"'),
    ],
)
def test_each_component_is_drawn_as_its_control(form, draw, component, piece):
    page = re.sub(r"\s+", " ", draw(form({"key": "x", "label": "X", **component})))
    assert re.sub(r"\s+", " ", piece) in page


def test_a_group_of_choices_is_a_fieldset_with_a_legend(form, draw):
    page = draw(form({"type": "radio", "key": "x", "label": "Which", "values": ["a", "b"]}))
    assert re.search(r"<fieldset>\s*<legend>Which</legend>", page)


def test_messages_are_linked_with_their_field(form, draw, now):
    made = form({"type": "radio", "key": "x", "label": "Which", "values": ["a"], "validate": {"required": True}})
    answer = submit_page(made, {}, HtmlSource([("~seen", "x")]), now=now)
    page = draw(made, nodes=answer.nodes)
    assert '<a href="#f.x.0">Which</a>: Choose an option.' in page
    assert 'aria-describedby="f.x-error"' in page
    assert 'role="alert"' in page


def test_every_link_of_the_summary_leads_to_an_id_of_the_page(form, draw, now):
    kinds = [{"type": kind, "values": ["a"]} for kind in ("radio", "select", "checklist", "taglist")]
    kinds += [{"type": kind} for kind in ("textfield", "textarea", "number", "checkbox", "datetime")]
    made = form(*({"key": f"x{n}", "validate": {"required": True}, **one} for n, one in enumerate(kinds)))
    answer = submit_page(made, {}, HtmlSource([]), now=now)
    page = draw(made, nodes=answer.nodes)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert len(targets) == len(kinds)
    assert set(targets) <= set(re.findall(r'\bid="([^"]+)"', page))


def test_fields_that_the_answers_opened_are_announced(form, draw):
    assert "Your answers opened more fields" in draw(form(), unseen=("x",))


CANARY = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "component",
    [
        {"type": "textfield", "label": CANARY},
        {"type": "textfield", "description": CANARY},
        {"type": "textfield", "defaultValue": CANARY + '" autofocus onfocus="alert(1)'},
        {"type": "textarea", "defaultValue": "</textarea>" + CANARY},
        {"type": "select", "values": [{"value": CANARY, "label": CANARY}]},
        {"type": "radio", "values": [{"value": CANARY, "label": CANARY}]},
        {"type": "checkbox", "label": CANARY},
        {"type": "textfield", "appearance": {"suffixAdorner": CANARY}},
        {"type": "group", "label": CANARY, "components": []},
        {"type": "dynamiclist", "path": "rows", "label": CANARY, "components": []},
        {"type": "text", "text": CANARY},
        {"type": "text", "text": "[x](javascript:alert(1)) ![x](https://evil.example/x.png) <b onclick=alert(1)>"},
        {"type": "text", "text": "{{ evil }}"},
        {"type": "text", "text": '="" + evil'},
        {"type": "textfield", "label": "{{ evil }}"},
        {"type": "expression", "expression": "=evil"},
    ],
)
def test_no_text_of_a_form_or_of_data_becomes_markup(form, draw, component):
    component = component if component["type"] in {"group", "dynamiclist", "text"} else {"key": "x", **component}
    page = draw(form(component), {"evil": CANARY + " [x](javascript:alert(1))"})
    tags = set(re.findall(r"<(\w+)", page))
    assert not tags & {"script", "img", "iframe", "svg", "style", "object", "b"}
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', page))
    assert not re.search(r'(href|src)="\s*(javascript|data|https?:)', page)


def test_the_highest_heading_of_markdown_is_of_the_second_level(form, draw):
    assert "<h2>Part</h2>" in draw(form({"type": "text", "text": "### Part"}))
    page = draw(form({"type": "text", "text": "# Title\n\n- a\n- b\n\n| a | b |\n|---|---|\n| 1 | 2 |"}))
    assert "<h2>Title</h2>" in page
    assert "<li>a</li>" in page
    assert "<td>1</td>" in page


def test_a_value_in_markdown_is_text(now):
    values = {"who": "**bold** [x](https://evil.example) <i>\n# heading\n1. one"}
    page = html("Hello {{ who }}!", lambda source: values[source.strip()])
    assert "**bold** [x](https://evil.example)" in page
    assert "<strong>" not in page
    assert "<a " not in page
    assert "<h" not in page
    assert "<ol" not in page


def test_links_open_without_telling_where_they_come_from():
    assert clean('<a href="https://example.com">x</a>') == '<a href="https://example.com" rel="noopener noreferrer">x</a>'


def test_values_in_texts_are_written_as_the_language_does(form, draw):
    made = form({"type": "text", "text": "{{ amount }} · {{ day }} · {{ tags }} · {{ nothing }}|"})
    set_language("ru")
    page = draw(
        made,
        {"amount": Decimal("1234.5"), "day": date(2026, 3, 5), "tags": ["a", "b"]},
    )
    assert "1&nbsp;234,5 · 5 мар. 2026" in page
    assert "a, b" in page


def test_widths_fill_a_row_of_sixteen(form, now):
    made = form(
        {"type": "textfield", "key": "a", "layout": {"row": "r", "columns": 4}},
        {"type": "textfield", "key": "b", "layout": {"row": "r"}},
        {"type": "textfield", "key": "c", "layout": {"row": "r"}},
        {"type": "textfield", "key": "d"},
    )
    assert [node.width for node in blank_page(made, {}, now=now)] == [4, 6, 6, 16]
