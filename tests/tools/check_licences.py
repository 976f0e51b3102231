"""Fail when an installed dependency has a licence that Ringi may not ship with: GPL or AGPL. LGPL is allowed, see NOTICE."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

FORBIDDEN = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )(?:Affero )?General Public License", re.IGNORECASE)
ALLOWED_ANYWAY = re.compile(r"LGPL|Lesser General Public|Library General Public", re.IGNORECASE)


def forbidden(licence: str) -> bool:
    """True when every alternative the licence text offers is GPL or AGPL."""
    alternatives = re.split(r";|\bOR\b", licence)
    return all(FORBIDDEN.search(a) and not ALLOWED_ANYWAY.search(a) for a in alternatives)


def main() -> int:
    tool = Path(sys.executable).with_name("pip-licenses")
    listing = subprocess.run([str(tool), "--format=json", "--from=mixed"], check=True, capture_output=True, text=True).stdout
    refused = [f"{p['Name']} {p['Version']}: {p['License']}" for p in json.loads(listing) if forbidden(p["License"])]
    sys.stdout.write(
        "\n".join(["Licences that Ringi may not depend on:", *refused]) + "\n"
        if refused
        else "Licences: none is GPL or AGPL.\n"
    )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
