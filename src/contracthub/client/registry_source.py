"""Another schema registry as a source of records, asked through its public API (schema-registry-api §3).

Only what every registry of that protocol has is relied on: subjects, versions with and without the deleted ones,
settings and modes. Addresses are made here, below the source's own, so that nothing goes to another host.
"""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from contracthub.client.answers import messages_from
from contracthub.client.connection import Connection
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.moving_report import MovingReport
from contracthub.client.source_reading import SourceReading
from contracthub.client.transport import Request, Transport

ACCEPT = "application/vnd.schemaregistry.v1+json, application/json;q=0.9"
USER_AGENT = "contracthub-cli"
Query = Sequence[tuple[str, str]]


class RegistrySource(SourceReading):
    """The source, how many requests go to it at once, and the report that is told what could not be read."""

    def __init__(self, connection: Connection, report: MovingReport, *, workers: int = 8) -> None:
        super().__init__(report, workers=workers)
        self._connection = connection
        self._transport = Transport(connection)

    @property
    def base_url(self) -> str:
        """Where it is."""
        return self._connection.base_url

    def texts(self, *segments: str, query: Query = ()) -> list[str]:
        """A list of names. Raises HubFailure."""
        found = self._get(segments, query)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise AnswerNotUnderstood(f"{self._at(segments, query)} answered with no list of names. {_CHECK}")
        return found

    def numbers(self, *segments: str, query: Query = ()) -> list[int]:
        """A list of numbers. Raises HubFailure."""
        found = self._get(segments, query)
        if not isinstance(found, list) or not all(type(each) is int for each in found):
            raise AnswerNotUnderstood(f"{self._at(segments, query)} answered with no list of numbers. {_CHECK}")
        return found

    def members(self, *segments: str, query: Query = ()) -> dict[str, Any]:
        """An object. Raises HubFailure."""
        found = self._get(segments, query)
        if not isinstance(found, dict):
            raise AnswerNotUnderstood(f"{self._at(segments, query)} answered with no JSON object. {_CHECK}")
        return found

    def _get(self, segments: Sequence[str], query: Query) -> Any:
        self.report.asked()
        url = self._at(segments, query)
        headers = {"Accept": ACCEPT, "User-Agent": USER_AGENT} | self._connection.request_headers()
        answer = self._transport.exchange(Request("GET", url, headers))
        if answer.status >= 400:
            messages = [self._connection.without_secrets(text) for text in messages_from(answer.status, answer.body)]
            raise HubAnswered(answer.status, messages, asked=f"GET {url}", body=answer.body)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise AnswerNotUnderstood(f"{url} answered with no JSON. {_CHECK}") from error

    def _at(self, segments: Sequence[str], query: Query) -> str:
        path = "/".join(quote(each, safe="") for each in segments)
        return f"{self.base_url}/{path}" + (f"?{urlencode(list(query))}" if query else "")


_CHECK = "Check that the URL is the address of a schema registry."
