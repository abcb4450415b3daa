"""What a provider asks its consumers to leave, as the hub tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracthub.client.answers import JsonObject
from contracthub.client.chosen_documents import ask_about_documents
from contracthub.client.element_readers import not_known_in, objects_in, readers_in, texts_in
from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.domain.deprecations import Deprecation, Deprecations


@dataclass(frozen=True, slots=True)
class DeprecationsAnswer:
    """The answer as values, and as it came."""

    deprecations: Deprecations
    document: JsonObject


def ask_for_deprecations(
    hub: Hub, provider: str, which: Mapping[str, str | None], *, main_branches: bool = False
) -> DeprecationsAnswer:
    """What is deprecated in the documents of a ``version``, ``branch`` or ``environment``. Raises HubFailure."""
    url, document = ask_about_documents(hub, provider, "deprecations", which, main_branches=main_branches)
    try:
        return DeprecationsAnswer(_deprecations(document), document)
    except (KeyError, TypeError, ValueError) as error:
        told = f"{url} does not say what is deprecated ({type(error).__name__}: {error}). The hub may be too old."
        raise AnswerNotUnderstood(told) from error


def _deprecations(document: JsonObject) -> Deprecations:
    return Deprecations(
        str(document["provider"]),
        date.fromisoformat(str(document["today"])),
        texts_in(document["documents"]),
        texts_in(document["environments"]),
        tuple(_deprecation(each) for each in objects_in(document["deprecations"])),
        not_known_in(document["unknown"]),
        document["cut"] is True,
    )


def _deprecation(it: Mapping[str, object]) -> Deprecation:
    return Deprecation(
        str(it["kind"]),
        texts_in(it["elements"]),
        int(str(it["elementCount"])),
        str(it["document"]),
        str(it["version"]),
        _text(it["place"]),
        _text(it["reason"]),
        date.fromisoformat(str(it["sunset"])) if it["sunset"] else None,
        _text(it["sunsetText"]),
        readers_in(it["readers"]),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
