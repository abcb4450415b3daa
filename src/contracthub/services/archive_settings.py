"""Takes in what people have set: how the workspace tells contracts apart, and webhooks."""

from dataclasses import replace

from contracthub.domain.archive import ArchivedWebhook
from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import HubError, Invalid
from contracthub.domain.webhook_definitions import definition_from
from contracthub.formats import safe_json
from contracthub.formats.limits import ENVELOPE
from contracthub.formats.safe_json import JsonObject
from contracthub.services.archive_batches import Batch, Numbered, fault_at
from contracthub.services.webhooks import known_parties


def write_workspace(batch: Batch, records: Numbered) -> None:
    """Choose what was chosen there, as long as nothing has been published here by the choice that there is."""
    for line, record in records:
        rule, ours = IdentityRule(record.contract_identity), batch.unit.workspace.identity_rule()
        if rule is ours:
            batch.count("workspace", "unchanged")
        elif batch.unit.archive.has_publications():
            text = (
                f"The workspace tells contracts apart by the rule {ours} here, not by {rule}, and has contracts. It "
                f"was left as it is; `contracthub workspace set --contract-identity {rule}` changes it."
            )
            batch.refuse(line, "workspace", text)
        else:
            batch.unit.workspace.choose_identity_rule(rule)
            batch.count("workspace", "updated")


def write_webhooks(batch: Batch, records: Numbered) -> None:
    """Define the webhooks that are not there; those whose secrets were left out are switched off."""
    there = {webhook.uuid for webhook in batch.unit.webhooks.list()}
    for line, record in records:
        definition = _definition(line, record)
        if record.uuid in there:
            batch.count("webhook", "unchanged")
            continue
        there.add(record.uuid)
        try:
            _create(batch, record, definition)
        except Invalid as refusal:
            wrong = "; ".join(str(fault) for fault in refusal.faults[:5])
            batch.refuse(line, "webhook", f"Webhook {record.uuid} can't be defined here: {wrong}")
            continue
        batch.count("webhook", "created")
        if record.secrets:
            text = (
                f"Webhook {record.uuid} is switched off, because its secrets are not in the archive: "
                f"{', '.join(record.secrets[:5])}. Set them, and switch it on."
            )
            batch.tell(line, "webhook", text)


def _definition(line: int, record: ArchivedWebhook) -> JsonObject:
    try:
        definition = safe_json.loads(record.definition, ENVELOPE)
    except HubError as error:
        raise Invalid.of(fault_at(line, "definition", error.message)) from error
    if not isinstance(definition, dict):
        raise Invalid.of(fault_at(line, "definition", "must be the text of a JSON object"))
    return definition


def _create(batch: Batch, record: ArchivedWebhook, body: JsonObject) -> None:
    webhooks = batch.unit.webhooks
    definition = definition_from(body, batch.hub.rules.webhooks)
    if record.secrets:
        definition = replace(definition, enabled=False)
    parties = known_parties(batch.unit, definition)
    webhooks.create(record.uuid, definition, parties, now=record.created_at)
    changed_at = record.updated_at
    if changed_at is None or changed_at == record.created_at:
        return
    stored = webhooks.find(record.uuid)
    if stored is not None:
        webhooks.update(stored, definition, parties, now=changed_at)
