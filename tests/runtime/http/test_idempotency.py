"""A request with the same Idempotency-Key is done once, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict
from runtime.http.api.idempotency import once


def ask(database, key, body="{}"):
    """What the request answers, and whether the work was done for it."""
    done = []

    def do():
        done.append(1)
        return {"id": "first"}, 201

    headers = {"Idempotency-Key": key} if key else {}
    with Flask("t").test_request_context("/things", method="POST", data=body, headers=headers), database.write(SYSTEM) as work:
        return once(work, do), len(done)


def test_the_second_request_gets_the_answer_of_the_first(database):
    assert ask(database, "k1") == (({"id": "first"}, 201), 1)
    assert ask(database, "k1") == (({"id": "first"}, 201), 0)
    assert ask(database, "k2") == (({"id": "first"}, 201), 1)


def test_without_a_key_every_request_is_done(database):
    assert [ask(database, None)[1] for _ in range(2)] == [1, 1]


def test_a_key_that_stood_on_another_request_is_refused(database):
    ask(database, "k1")
    with pytest.raises(Conflict) as refusal:
        ask(database, "k1", body='{"other": 1}')
    assert refusal.value.code == "HTTP-1021"
