"""The embedded clock's beginning and end."""

from __future__ import annotations

from runtime.platform import Platform


def test_stopping_a_clock_that_never_began_does_nothing(platform: Platform) -> None:
    platform.stop()
    platform.stop()


def test_a_clock_that_began_can_be_stopped_twice(platform: Platform) -> None:
    platform.start()
    platform.stop()
    platform.stop()
