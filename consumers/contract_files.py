"""How what a consumer test says of a running provider gets into a file under contracts/."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import yaml
from pact.match.matcher import IntegrationJSONEncoder

from contracthub.mocks.conversations import MockProvider

Converse = Callable[[Mapping[str, Any]], AbstractContextManager[MockProvider]]


def contract_text(document: Mapping[str, Any]) -> str:
    """The document as it is committed; matchers of pact-python are written as pacts have them."""
    plain = json.loads(json.dumps(document, cls=IntegrationJSONEncoder))
    return yaml.safe_dump(plain, sort_keys=False, width=100, allow_unicode=True)


def file_of(document: Mapping[str, Any], directory: Path) -> Path:
    """One file per contract: its consumer, its provider, what it is about, and its kind."""
    kind = str(document["contracthub"]).partition("/")[0]
    subject = str(document["name"]).replace(" ", "-")
    return directory / f"{document['consumer']}-{document['provider']}.{subject}.{kind}.yaml"
