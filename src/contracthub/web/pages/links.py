"""Addresses in pages: below the path of the hub, never with a host, so that they hold behind any proxy."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request

from contracthub.domain.matrix_question import MatrixRow
from contracthub.services.ports.matrix import Published
from contracthub.web.addresses import base_of
from contracthub.web.pact_broker.hal import Urls


@dataclass(frozen=True, slots=True)
class PageLinks(Urls):
    """Pages live where the resources of the Pact Broker's API do."""

    def home(self, **query: object) -> str:
        """The first page."""
        return f"{self.base}/" + _query(query)

    def pacticipant_page(self, name: str, page: int = 1) -> str:
        """A pacticipant, from one page of its versions on."""
        return self.pacticipant(name) + (_query({"page": page}) if page > 1 else "")

    def integration(self, consumer: str, provider: str) -> str:
        """The matrix of an integration."""
        return self.to("matrix", "provider", provider, "consumer", consumer)

    def matrix_of_version(self, name: str, number: str) -> str:
        """Everything that is known of one version."""
        return f"{self.base}/matrix" + _query({"q[][pacticipant]": name, "q[][version]": number, "latestby": "cvpv"})

    def matrix_of_pair(self, consumer: str, provider: str) -> str:
        """Everything that is known of the newest versions of two pacticipants with each other, of all kinds."""
        asked = [("q[][pacticipant]", consumer), ("q[][pacticipant]", provider), ("latestby", "cvp")]
        return f"{self.base}/matrix?{urlencode(asked)}"

    def latest_pact(self, provider: str, consumer: str) -> str:
        """The newest pact of an integration."""
        return f"{self.pair(provider, consumer)}/latest"

    def evidence(self, provider: str, consumer: str, identity: str, number: int) -> str:
        """One verification result."""
        return f"{self.contract(provider, consumer, identity)}/verification-results/{number}"

    def contract_of(self, row: MatrixRow) -> str:
        """What a row is about: a pact's page, or a live contract as the API has it."""
        if row.live is None:
            return self.pact(row.provider, row.consumer, row.consumer_version)
        return self.live(row.consumer, row.consumer_version, row.live.kind.value, row.provider, row.live.name)

    def result_of(self, published: Published, number: int) -> str:
        """One result of a contract: the page of a pact's, or a live contract's as the API has it."""
        pair, live = published.pair, published.live
        if live is None:
            return self.evidence(pair.provider, pair.consumer, published.identity, number)
        contract = self.live(pair.consumer, published.version.number, live.kind.value, pair.provider, live.name)
        return f"{contract}/verification-results/{number}"

    def evidence_of(self, row: MatrixRow) -> str:
        """The result that a row rests on."""
        if row.live is None:
            return self.evidence(row.provider, row.consumer, row.identity, row.verification or 0)
        return f"{self.contract_of(row)}/verification-results/{row.verification}"

    def comparison_of(self, row: MatrixRow) -> str:
        """What documents say of a row."""
        return self.comparison_between(row.consumer, row.consumer_version, row.provider, row.provider_version)

    def comparison_between(self, consumer: str, number: str | None, provider: str, provider_number: str | None) -> str:
        """What the documents of a provider version say of the contracts of a consumer version."""
        offered = ("provider", provider, "version", provider_number or "")
        needed = ("consumer", consumer, "version", number or "")
        return self.to("contracts", "bi-directional", *offered, *needed, "cross-contract-verification-results")

    def decision(self, pacticipant: str = "", version: str = "", environment: str = "") -> str:
        """The question whether a version can be deployed."""
        given = {"pacticipant": pacticipant, "version": version, "environment": environment}
        return f"{self.base}/can-i-deploy" + _query({name: value for name, value in given.items() if value})

    def waivers(self, **query: object) -> str:
        """Waivers; what is asked for is left out where it is None."""
        given = {name: value for name, value in query.items() if value is not None and (name, value) != ("page", 1)}
        return self.to("api", "v1", "waivers") + _query(given)

    def waiver(self, number: int) -> str:
        """One waiver."""
        return self.to("api", "v1", "waivers", str(number))


def links_of(request: Request) -> PageLinks:
    """The addresses for one request's page."""
    return PageLinks(urlsplit(base_of(request)).path.rstrip("/"))


def json_of(request: Request) -> str:
    """The resource behind the page that was asked for, as JSON."""
    raw = links_of(request).base + quote(request.scope["path"], safe="/%:@!$&'()*+,;=~-._")
    query = request.scope.get("query_string", b"").decode("latin-1")
    return raw + "?" + "&".join(filter(None, (quote(query, safe="/%:@!$&'()*+,;=~-._?[]"), "format=json")))


def external(url: str | None) -> str | None:
    """The address, if it is one that a link may lead to: http or https with a host, nothing else.

    >>> external("https://ci.example/1"), external("javascript:alert(1)"), external("//ci.example")
    ('https://ci.example/1', None, None)
    """
    if not url or any(letter.isspace() or not letter.isprintable() for letter in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def _query(values: dict[str, object]) -> str:
    return "?" + urlencode(values) if values else ""
