"""The door in front of the application: so many at once, so many that wait, a share for each, a clear answer to the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from runtime.http.rates import Rates
from runtime.servers.admission import Admission, Limits, refusal, set_aside
from runtime.store.patience import left
from tests.runtime.servers.conftest import eventually

LIMITS = Limits(at_once=2, waiting=2, per_client=3, aside=1, patience=10.0, deadline=5.0)


class Slow:
    """An application whose requests end when they are told to; it answers a refusal with its code."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.time_left: list[float] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        refused = refusal(environ)
        if refused is not None:
            start_response(f"{refused.status} no", [("Retry-After", str(refused.retry_after))])
            return [refused.code.encode()]
        if environ["PATH_INFO"] == "/slow":
            self.begun.release()
            self.time_left.append(left(60.0))
            assert self.go_on.wait(20)
        if environ["PATH_INFO"] == "/poll":
            with set_aside(environ) as allowed:
                self.begun.release()
                assert not allowed or self.go_on.wait(20)
                time.sleep(0.05)
            self.time_left.append(left(60.0))
            start_response("200 OK", [])
            return [b"waited" if allowed else b"at once"]
        if environ["PATH_INFO"] == "/broken":
            raise ZeroDivisionError
        start_response("200 OK", [])
        return [b"done"]


class Crowd:
    """Many clients of one door, each in a thread of its own."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.application = Slow()
        self.door = Admission(self.application, limits)
        self.answers: list[tuple[int, str]] = []
        self._threads: list[threading.Thread] = []

    def ask(self, path: str = "/slow", who: str = "") -> tuple[int, str]:
        answer = Client(self.door).get(path, headers={"Authorization": who} if who else {})
        found = (answer.status_code, answer.get_data(as_text=True))
        answer.close()
        self.answers.append(found)
        return found

    def send(self, path: str = "/slow", who: str = "") -> None:
        self._threads.append(threading.Thread(target=self.ask, args=(path, who)))
        self._threads[-1].start()

    def begun(self, number: int) -> None:
        for _time in range(number):
            assert self.application.begun.acquire(timeout=20)

    def settle(self, *, waiting: int) -> None:
        assert eventually(lambda: self.door.gate.waiting == waiting)

    def end(self) -> list[tuple[int, str]]:
        self.application.go_on.set()
        for thread in self._threads:
            thread.join(20)
        assert (self.door.gate.running, self.door.gate.waiting, self.door.gate.aside) == (0, 0, 0)
        return self.answers


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


def test_beyond_those_at_work_and_those_that_wait_others_are_told_to_come_again(crowd: Crowd) -> None:
    for number in range(4):
        crowd.send(who=f"client {number}")
    crowd.begun(2)
    crowd.settle(waiting=2)
    assert crowd.ask(who="one more") == (503, "HTTP-1040")
    assert sorted(crowd.end()) == [(200, "done")] * 4 + [(503, "HTTP-1040")]


def test_no_client_gets_more_than_its_share(crowd: Crowd) -> None:
    for _time in range(3):
        crowd.send(who="greedy")
    crowd.begun(2)
    crowd.settle(waiting=1)
    assert crowd.ask(who="greedy") == (429, "HTTP-1041")
    crowd.send(who="modest")
    assert sorted(crowd.end()) == [(200, "done")] * 4 + [(429, "HTTP-1041")]


def test_who_waited_in_vain_is_told_so() -> None:
    crowd = Crowd(Limits(at_once=1, waiting=5, patience=0.02))
    crowd.send(who="first")
    crowd.begun(1)
    assert crowd.ask(who="second") == (503, "HTTP-1040")
    crowd.end()


def test_who_watches_the_service_always_comes_in() -> None:
    crowd = Crowd(Limits(at_once=1, waiting=0))
    crowd.send()
    crowd.begun(1)
    assert [crowd.ask(path)[0] for path in ("/healthz", "/readyz", "/metrics", "/inbox")] == [200, 200, 200, 503]
    crowd.end()


def test_a_request_that_only_waits_makes_room_but_not_too_many_do(crowd: Crowd) -> None:
    for number in range(2):
        crowd.send("/poll", who=f"worker {number}")
    crowd.begun(2)
    assert crowd.ask("/quick", who="somebody") == (200, "done")
    assert sorted(crowd.end()) == [(200, "at once"), (200, "done"), (200, "waited")]
    assert max(crowd.application.time_left) > LIMITS.deadline - 0.04, "the time that one waits on purpose does not count"


def test_a_request_that_breaks_leaves_no_gap(crowd: Crowd) -> None:
    for _time in range(10):
        with pytest.raises(ZeroDivisionError):
            crowd.ask("/broken")
    assert crowd.ask("/quick") == (200, "done")
    crowd.end()


def test_an_admitted_request_waits_for_nothing_beyond_its_deadline(crowd: Crowd) -> None:
    crowd.send()
    crowd.begun(1)
    crowd.end()
    assert 0 < crowd.application.time_left[0] <= LIMITS.deadline
    assert left(60.0) == 60.0


def test_an_address_may_send_so_much_at_once_and_more_with_time() -> None:
    now = [0.0]
    rates = Rates(6, clock=lambda: now[0])
    assert [rates.take("a") for _time in range(7)] == [0] * 6 + [10]
    assert rates.take("b") == 0
    now[0] = 10.0
    assert [rates.take("a"), rates.take("a")] == [0, 10]
    assert [Rates(0).take("a") for _time in range(1000)] == [0] * 1000
