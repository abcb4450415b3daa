"""Writes or publishes the contract that findings become."""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import click

from contracthub.client.contracts import ConsumerVersion, PactToPublish, publish_contracts
from contracthub.client.hub import Hub
from contracthub.client.notices import Notice
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.findings import KnownFinding
from contracthub.formats import safe_json
from contracthub.formats.pact.regression import regression_consumer, regression_pact
from contracthub.formats.safe_json import JsonObject
from contracthub.reports.visible import visible

_NO_FILE_NAME = re.compile(r"[^\w.-]+", re.ASCII)
_VERSION_DIGITS = 12


def write_regressions(findings: Sequence[KnownFinding], out: Path | None) -> str:
    """Writes the pact, and says where. Raises UsageError and NotPromotable."""
    consumer = regression_consumer(findings[0].provider)
    path = out or Path(f"{_NO_FILE_NAME.sub('_', consumer).strip('.-') or 'regressions'}.json")
    pact = regression_pact(findings, _existing(path))
    try:
        path.write_text(json.dumps(pact, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"Can't write {path}: {error.strerror or error}.") from error
    return visible(f"{path} holds {_count(pact)} interactions of {consumer} with {findings[0].provider}.")


def publish_regressions(hub: Hub, findings: Sequence[KnownFinding], branch: str) -> Sequence[Notice]:
    """Publishes the pact with all that was promoted before. Raises HubFailure and NotPromotable."""
    provider = findings[0].provider
    consumer = regression_consumer(provider)
    parts = (quote(name, safe="") for name in (provider, consumer))
    before = hub.find("/pacts/provider/{}/consumer/{}/latest".format(*parts))
    content = json.dumps(regression_pact(findings, before.data if before else None)).encode()
    # What is in it names the version: the same findings again are the same version again.
    number = hashlib.sha256(content).hexdigest()[:_VERSION_DIGITS]
    pact = PactToPublish(consumer, provider, content)
    return publish_contracts(hub, consumer, ConsumerVersion(number, branch), (pact,)).notices


def _existing(path: Path) -> JsonObject | None:
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise click.UsageError(f"Can't read {path}: {error.strerror or error}.") from error
    try:
        found = safe_json.loads(body)
    except (Invalid, TooLarge) as error:
        raise click.UsageError(f"{path} is there and is no pact: {error.message}") from error
    if not isinstance(found, dict) or not isinstance(found.get("interactions"), list):
        raise click.UsageError(f"{path} is there and is no pact with interactions.")
    return found


def _count(pact: JsonObject) -> int:
    interactions = pact["interactions"]
    return len(interactions) if isinstance(interactions, list) else 0
