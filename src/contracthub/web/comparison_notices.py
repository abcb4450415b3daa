"""Where the comparisons are that notices speak of."""

from collections.abc import Callable

from contracthub.domain.comparison_notices import PaperNews
from contracthub.web.pact_broker.hal import Urls


def comparison_page(urls: Urls) -> Callable[[PaperNews], str]:
    """The address of each comparison; in a browser it is a page."""
    return lambda news: urls.on_paper(news.provider, news.provider_version, news.consumer, news.consumer_version)
