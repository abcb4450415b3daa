"""Publishing what a replay found: the provider version's branch and tags, then a result for each pact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from contracthub.client.errors import HubAnswered, HubFailure
from contracthub.client.hub import Hub
from contracthub.domain.verification_reports import PactResult


@dataclass(frozen=True, slots=True)
class Publication:
    """The results as they stand now, and why some of them are not at the hub."""

    results: tuple[PactResult, ...]
    failures: tuple[str, ...] = ()


def publish_results(hub_of: Callable[[str], Hub], results: Sequence[PactResult]) -> Publication:
    """Publishes each result that is not published yet, to the hub for its address.

    A hub that refuses one is asked to take the others; one that does not answer is left alone.
    """
    done: list[PactResult] = []
    failures: list[str] = []
    announced: set[str] = set()
    is_away = False
    for result in results:
        if result.published or is_away:
            done.append(result)
            continue
        try:
            _publish(hub_of(result.url), result, announced)
            done.append(replace(result, published=True))
        except HubFailure as failure:
            done.append(result)
            failures.append(f"The result for {result.consumer or result.url} is not published: {failure}")
            is_away = not isinstance(failure, HubAnswered) or failure.status >= 500
    return Publication(tuple(done), tuple(failures))


def _publish(hub: Hub, result: PactResult, announced: set[str]) -> None:
    for url in result.announced:
        if url not in announced:
            hub.send("PUT", url)
            announced.add(url)
    # Not repeatable: the hub would have the same result twice.
    hub.send("POST", result.url, dict(result.result))
