"""What a person is told of comparisons when a contract or a document was published."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from contracthub.domain.comparisons import Comparison, ContractKind, Finding
from contracthub.domain.notices import DEBUG, INFO, SUCCESS, WARNING, Notice
from contracthub.domain.provider_contracts import ContractFormat

MOST_TOLD = 10
_LONGEST = 300
_FORMATS = {
    ContractFormat.OPENAPI: "OpenAPI document",
    ContractFormat.GRAPHQL: "GraphQL schema",
    ContractFormat.ASYNCAPI: "AsyncAPI document",
    ContractFormat.AVRO: "Avro schema",
    ContractFormat.JSON_SCHEMA: "JSON Schema",
    ContractFormat.PROTOBUF: "Protobuf schema",
}


@dataclass(frozen=True, slots=True)
class PaperNews:
    """What came out for a contract and the documents of a provider version.

    ``live`` is the contract's name where it is no pact. ``places`` are the environments and branches for which the
    other side, the one that was there before, matters.
    """

    consumer: str
    consumer_version: str
    kind: ContractKind
    live: str
    provider: str
    provider_version: str
    formats: tuple[ContractFormat, ...]
    places: tuple[str, ...]
    comparison: Comparison


def told_documents(formats: Sequence[ContractFormat]) -> str:
    """How the documents of a provider version are called together: ``the OpenAPI document``."""
    kinds = dict.fromkeys(formats)
    if len(formats) == 1:
        return f"the {_FORMATS[formats[0]]}"
    return f"the {_FORMATS[formats[0]]}s" if len(kinds) == 1 else "the documents"


def told_contract(news: PaperNews) -> str:
    """How the contract is called: ``the pact``, ``the conversation “prices”``."""
    return f"the {news.kind} “{news.live}”" if news.live else f"the {news.kind}"


def told_finding(finding: Finding) -> str:
    """One line: where it is, and what is wrong there."""
    where = finding.operation or (f"“{finding.description}”" if finding.description else "")
    parts = [each for each in (where, finding.message) if each]
    told = ": ".join(parts)
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"


def notices_for_consumer(news: Sequence[PaperNews], page_of: Callable[[PaperNews], str]) -> Iterator[Notice]:
    """What the publisher of a contract is told of the providers' documents."""
    yield from _notices(news, lambda each: f"{told_documents(each.formats)} of {_provider(each)}", page_of)


def notices_for_provider(news: Sequence[PaperNews], page_of: Callable[[PaperNews], str]) -> Iterator[Notice]:
    """What the publisher of a document is told of the consumers' contracts."""
    yield from _notices(news, lambda each: f"{told_contract(each)} of {_consumer(each)}", page_of)


def _notices(
    news: Sequence[PaperNews], other_side: Callable[[PaperNews], str], page_of: Callable[[PaperNews], str]
) -> Iterator[Notice]:
    """Bad news first; what is left out of a long list is counted."""
    ordered = sorted(news, key=_urgency)
    for each in ordered[:MOST_TOLD]:
        yield _notice(each, other_side(each), page_of(each))
    if left := ordered[MOST_TOLD:]:
        good = sum(each.comparison.outcome is True for each in left)
        bad = len(left) - good
        told = [f"compatible with {good} more"] if good else []
        told += [f"not, or not known to be, compatible with {bad} more"] if bad else []
        yield Notice(WARNING if bad else DEBUG, f"  And {'; '.join(told)}.")


def _urgency(news: PaperNews) -> int:
    return {False: 0, None: 1, True: 2}[news.comparison.outcome]


def _notice(news: PaperNews, other_side: str, page: str) -> Notice:
    comparison = news.comparison
    if comparison.outcome:
        return Notice(SUCCESS, f"  Compatible with {other_side}.")
    if comparison.errors:
        return Notice(WARNING, f"  Not compatible with {other_side}: {_first(comparison.errors)}\n    See {page}")
    told = f"  Not known to be compatible with {other_side}: {_first(comparison.unanswered)}\n    See {page}"
    return Notice(INFO, told)


def _first(findings: Sequence[Finding]) -> str:
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{told_finding(findings[0])}{more}"


def _provider(news: PaperNews) -> str:
    return f"{news.provider} {news.provider_version}{_told_places(news)}"


def _consumer(news: PaperNews) -> str:
    return f"{news.consumer} {news.consumer_version}{_told_places(news)}"


def _told_places(news: PaperNews) -> str:
    return f" ({', '.join(news.places)})" if news.places else ""
