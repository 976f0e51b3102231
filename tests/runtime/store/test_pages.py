"""Pages by key."""

from __future__ import annotations

import pytest

from runtime.errors import Invalid
from runtime.store.pages import cut, from_cursor, page_size, to_cursor


def test_a_cursor_comes_back_as_it_was() -> None:
    position = [50, "2026-11-22T10:00:00+00:00", "山"]
    assert from_cursor(to_cursor(position), 3) == position


@pytest.mark.parametrize("cursor", ["", "!", "e30", to_cursor([1, 2]), "x" * 9, "\u00fc"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid, match="page position"):
        from_cursor(cursor, 3)


def test_a_page_tells_what_comes_after_it_only_when_something_does() -> None:
    full = cut([1, 2, 3], 2, lambda row: [row], str)
    assert full.rows == ("1", "2")
    assert from_cursor(str(full.next), 1) == [2]
    assert cut([1, 2], 2, lambda row: [row], str).next is None


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_page_has_1_to_500_rows(limit: int) -> None:
    with pytest.raises(Invalid):
        page_size(limit)
    assert page_size(1) == 1
    assert page_size(500) == 500
