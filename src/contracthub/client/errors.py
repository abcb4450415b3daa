"""Why the hub gave no usable answer. The words of its error bodies are read in `contracthub.client.answers`."""

import json
from collections.abc import Mapping, Sequence


class HubFailure(Exception):
    """The hub could not be asked, or its answer is no answer to the question."""


class HubUnreachable(HubFailure):
    """No HTTP answer came: refused, unknown host, timeout, broken TLS or connection."""


class HubAnswered(HubFailure):
    """The hub answered, and the answer is a refusal.

    ``messages`` are the sentences of the error body, whatever its shape (pact-broker-api §2); never empty. ``body`` is
    that body, for the caller who knows more of its shape.
    """

    def __init__(self, status: int, messages: Sequence[str], *, asked: str = "", body: bytes = b"") -> None:
        self.status = status
        self.body = body
        self.messages = tuple(messages)
        self.asked = asked
        super().__init__("; ".join(self.messages))

    @property
    def document(self) -> Mapping[str, object]:
        """The error body as an object; empty when it is none."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) else {}

    @property
    def is_of_a_hub(self) -> bool:
        """Whether the body has the shape of a hub's errors, and not that of whatever else answers at that address."""
        return "errors" in self.document


class AnswerNotUnderstood(HubFailure):
    """An answer came with a success status, but not in the shape of the hub's API."""
