"""Builders for consumers' tests: contracts that only a running provider can show, written as the consumer needs them.

What a builder makes is checked as it is when it is published, with the place of every fault, and written to a folder as
pact files are. `Conversation`, `Flow` and `Journey` also play the provider, so that the consumer's own code is what the
contract was tried with. Matchers are plain JSON or pact-python's ``match``.
"""

from contracthub.consumer.conversation import Conversation, heard
from contracthub.consumer.flow import Flow, message
from contracthub.consumer.journey import Journey, answer, from_header
from contracthub.consumer.slo import Slo

__all__ = ["Conversation", "Flow", "Journey", "Slo", "answer", "from_header", "heard", "message"]
