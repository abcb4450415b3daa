"""What a person is told of a publication of a provider contract: the same on every face."""

from collections.abc import Iterator

from contracthub.domain.comparison_notices import notices_for_provider
from contracthub.domain.notices import WARNING, Notice, notice_of_missing_branch, notice_of_version
from contracthub.domain.provider_contracts import notice_of_publication
from contracthub.services.publish_provider_contracts import PublishedProviderContract
from contracthub.web.comparison_notices import comparison_page
from contracthub.web.pact_broker.hal import Urls


def notices_of(published: PublishedProviderContract, urls: Urls) -> Iterator[Notice]:
    """What a person is told of a publication; ``urls`` lead to what came out of comparisons."""
    asked = published.request
    yield notice_of_version(
        asked.provider, asked.number, created=published.version_created, branch=asked.branch, tags=asked.tags
    )
    if asked.branch is None:
        yield notice_of_missing_branch()
    yield notice_of_publication(published.outcome, published.contract)
    for warning in published.warnings:
        yield Notice(WARNING, f"  {warning}")
    yield from notices_for_provider(published.on_paper, comparison_page(urls))
