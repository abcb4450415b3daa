"""Why the hub gave no usable answer. The words of its error bodies are read in `contracthub.client.answers`."""

from collections.abc import Sequence


class HubFailure(Exception):
    """The hub could not be asked, or its answer is no answer to the question."""


class HubUnreachable(HubFailure):
    """No HTTP answer came: refused, unknown host, timeout, broken TLS or connection."""


class HubAnswered(HubFailure):
    """The hub answered, and the answer is a refusal.

    ``messages`` are the sentences of the error body, whatever its shape (pact-broker-api §2); never empty.
    """

    def __init__(self, status: int, messages: Sequence[str], *, asked: str = "") -> None:
        self.status = status
        self.messages = tuple(messages)
        self.asked = asked
        super().__init__("; ".join(self.messages))


class AnswerNotUnderstood(HubFailure):
    """An answer came with a success status, but not in the shape of the hub's API."""
