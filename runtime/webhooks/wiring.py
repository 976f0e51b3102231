"""How webhooks are put together with the rest of a platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.api import Value
from runtime.config import Config
from runtime.jobs.service import Jobs
from runtime.messages.service import Messages
from runtime.packages.package import Package
from runtime.processes.parts import Parts
from runtime.store.database import Database
from runtime.store.work import Work
from runtime.webhooks.addresses import Rules, resolve
from runtime.webhooks.incoming import Hooks
from runtime.webhooks.keys import Keys
from runtime.webhooks.outgoing import SEND, Outgoing
from runtime.webhooks.secrets import Secrets
from runtime.webhooks.sending import Sender

PublishLater = Callable[[Work, str, str, Mapping[str, Value]], None]


def outgoing_of(config: Config, database: Database, jobs: Jobs, parts: Parts) -> Outgoing:
    """Outgoing webhooks, told by the instances and sent by jobs."""
    rules = Rules(http=config.webhook_http, hosts=config.webhook_hosts, networks=config.webhook_networks)
    outgoing = Outgoing(parts.queue, Keys(config.data_dir, config.webhook_key), rules)
    jobs.register_leased(SEND, Sender(database, parts.queue, outgoing, resolve).send)
    parts.announce = outgoing.announce
    return outgoing


def telling_both(publish: PublishLater, outgoing: Outgoing) -> PublishLater:
    """Record events go to processes and to webhooks."""

    def tell(work: Work, name: str, correlation_key: str, variables: Mapping[str, Value]) -> None:
        publish(work, name, correlation_key, variables)
        outgoing.announce_record(work, name, correlation_key, variables)

    return tell


def hooks_of(config: Config, packages: Iterable[Package], messages: Messages) -> Hooks:
    """Incoming webhooks, as the packages declare them."""
    return Hooks([hook for package in packages for hook in package.manifest.hooks], Secrets(config.secrets), messages)
