"""The configuration of the environment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from runtime.config import Config, from_environment
from runtime.errors import Invalid


def test_nothing_set_is_an_embedded_installation_on_this_machine() -> None:
    config = from_environment({"PATH": "/bin"})
    assert config == Config()
    assert config.database_url == "sqlite:///.ringi/ringi.db"
    assert config.address == "http://127.0.0.1:8080"


def test_variables_are_read_and_what_is_given_wins() -> None:
    environment = {
        "RINGI_PORT": "9000",
        "RINGI_DATABASE": "postgresql://localhost/ringi",
        "RINGI_PACKAGES": "a:b/c",
        "RINGI_INSTALLED_PACKAGES": "no",
        "RINGI_ALLOW_PYTHON": "yes",
        "RINGI_LEASE": "90",
        "RINGI_BASE_URL": "https://example.com",
    }
    config = from_environment(environment, port=9100, host=None)
    assert (config.port, config.host, config.database_url) == (9100, "127.0.0.1", "postgresql://localhost/ringi")
    assert config.packages == (Path("a"), Path("b/c"))
    assert not config.installed_packages
    assert config.allow_python
    assert not from_environment({}).allow_python
    assert config.lease == timedelta(seconds=90)
    assert config.address == "https://example.com"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("RINGI_PROT", "1", "Did you mean RINGI_PORT"),
        ("RINGI_PORT", "many", "RINGI_PORT='many'"),
        ("RINGI_PORT", "70000", "from 0 to 65535"),
        ("RINGI_INSTALLED_PACKAGES", "perhaps", "yes or no"),
        ("RINGI_SWEEP", "0", "longer than zero"),
        ("RINGI_THREADS", "0", "at least 1"),
    ],
)
def test_a_mistake_is_told_with_the_way_out(variable: str, value: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        from_environment({variable: value})
