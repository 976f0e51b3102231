"""The pages of the platform, one blueprint for each area. A new area adds its line here."""

from __future__ import annotations

from flask import Blueprint

from runtime.http import assets, batches, health, hooks, instances, records
from runtime.http.screens import deputies, inbox, personal, public_forms, sign_in, tasks, webhooks

forms = Blueprint("forms", "runtime.forms", template_folder="templates")

BLUEPRINTS: tuple[Blueprint, ...] = (
    assets.blueprint,
    health.blueprint,
    forms,
    sign_in.blueprint,
    personal.blueprint,
    inbox.blueprint,
    tasks.blueprint,
    deputies.blueprint,
    public_forms.blueprint,
    hooks.blueprint,
    webhooks.blueprint,
    records.blueprint,
    instances.blueprint,
    batches.blueprint,
)
