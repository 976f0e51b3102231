"""What the designer's canvas sends to the server, for tests without a browser."""

from __future__ import annotations

import io

from runtime.platform import Platform
from tests.support.office import SAMPLE, Person

PROCESS = "/designer/processes/purchase_request"
BROKEN = SAMPLE.replace(b'source="=amount"', b'source="=amount +"')
"""The demo process with one error, at the element Task_Order."""


def text(answer) -> str:
    """The body of an answer."""
    return answer.get_data(as_text=True)


def send(person: Person, path: str, xml: bytes | None = None, **fields):
    """The diagram as a file, JSON back."""
    data = {**fields, **({"xml": (io.BytesIO(xml), "diagram.bpmn")} if xml is not None else {})}
    headers = {"Accept": "application/json", "X-CSRF-Token": person.token}
    return person.client.post(path, data=data, headers=headers, content_type="multipart/form-data")


def base_key(office: Platform, process_id: str = "purchase_request") -> str:
    """The key of the latest version."""
    with office.database.read() as work:
        return office.processes.definition(work, process_id).key


def new_draft(person: Person, office: Platform, xml: bytes = SAMPLE):
    """The answer to the first save of a changed diagram."""
    person.get(PROCESS)
    answer = send(person, "/designer/drafts", xml, base=base_key(office))
    assert answer.status_code == 200, text(answer)
    return answer.json
