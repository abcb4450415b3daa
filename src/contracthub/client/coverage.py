"""Coverage of what a provider offers, as the hub tells it."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.client.answers import JsonObject
from contracthub.client.chosen_documents import ask_about_documents
from contracthub.client.element_readers import not_known_in, objects_in, texts_in
from contracthub.client.errors import AnswerNotUnderstood
from contracthub.client.hub import Hub
from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.coverage import Coverage, CoveredPart, PartKind, UnplayedInteraction


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """The answer as values, and as it came."""

    coverage: Coverage
    document: JsonObject


def ask_for_coverage(
    hub: Hub, provider: str, which: Mapping[str, str | None], *, main_branches: bool = False
) -> CoverageAnswer:
    """Coverage of the documents of a ``version``, ``branch`` or ``environment``. Raises HubFailure."""
    url, document = ask_about_documents(hub, provider, "coverage", which, main_branches=main_branches)
    try:
        return CoverageAnswer(_coverage(document), document)
    except (KeyError, TypeError, ValueError) as error:
        told = f"{url} does not say what is covered ({type(error).__name__}: {error}). The hub may be too old."
        raise AnswerNotUnderstood(told) from error


def _coverage(document: JsonObject) -> Coverage:
    return Coverage(
        str(document["provider"]),
        texts_in(document["documents"]),
        texts_in(document["environments"]),
        tuple(_part(each) for each in objects_in(document["parts"])),
        tuple(_interaction(each) for each in objects_in(document["neverReplayed"])),
        not_known_in(document["unknown"]),
        document["cut"] is True,
    )


def _part(it: Mapping[str, object]) -> CoveredPart:
    return CoveredPart(
        PartKind(str(it["kind"])),
        str(it["element"]),
        str(it["document"]),
        str(it["version"]),
        texts_in(it["consumers"]),
        tuple(map(EvidenceKind, texts_in(it["evidence"]))),
    )


def _interaction(it: Mapping[str, object]) -> UnplayedInteraction:
    names = ("consumer", "version", "kind", "interaction", "providerVersion")
    return UnplayedInteraction(*(str(it[name]) for name in names))
