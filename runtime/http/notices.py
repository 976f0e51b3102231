"""One line that the next page says ("Completed: First contact"), carried over a redirect by a cookie that is read once."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass

from flask import Flask, Response, g

from runtime.http.cookies import NOTICE, cookie, drop_cookie, set_cookie
from runtime.http.links import local

KINDS = frozenset({"done", "info", "trouble"})
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """`text` is in the user's language already; `kind` is done, info or trouble; `url` leads on, under the name `link`."""

    text: str
    kind: str = "done"
    url: str = ""
    link: str = ""


def say(text: str, kind: str = "done", *, url: str = "", link: str = "") -> None:
    """Let the next page say this, with a link to a page of ours."""
    g.notice_to_send = Notice(text[:_LONGEST], kind, url, link)


def take() -> Notice | None:
    """What the page before wanted to say. It is said once."""
    raw = cookie(NOTICE)
    if not raw or g.get("notice_to_send"):
        return None
    g.notice_taken = True
    try:
        found = json.loads(base64.urlsafe_b64decode(raw))
        kind = found["kind"] if found["kind"] in KINDS else "info"
        return Notice(str(found["text"])[:_LONGEST], kind, local(found.get("url"), ""), str(found.get("link", "")))
    except (ValueError, KeyError, TypeError):
        return None


def carry(response: Response) -> Response:
    """Send what is to be said, take away what was said."""
    if g.get("notice_to_send"):
        text = json.dumps(asdict(g.notice_to_send)).encode()
        set_cookie(response, NOTICE, base64.urlsafe_b64encode(text).decode(), seconds=60)
    elif g.get("notice_taken"):
        drop_cookie(response, NOTICE)
    return response


def set_up(app: Flask) -> None:
    """Put it after every view."""
    app.after_request(carry)
