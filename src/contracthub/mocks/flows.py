"""Stands in for what is on the consumer's other side of a flow: takes its messages, answers it, hands it messages."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.flow.filling import expanded, filled, filled_text
from contracthub.formats.flow.model import (
    NUMBER,
    RUN,
    ExpectedMessage,
    ExpectedMessages,
    ExpectedState,
    Flow,
    Request,
    Response,
    SentMessages,
    SentRequest,
    document_from,
)
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.matching import compile_pattern, example
from contracthub.formats.safe_json import JsonValue
from contracthub.mocks.differing import ClientDiffers
from contracthub.mocks.http_script import Answered, Asked, Expected, answering, differences, json_answer

_DIFFERENT = 500
_SUCCESS = 200


@dataclass(frozen=True, slots=True)
class Handed:
    """A message as the consumer's handler gets it: an example of what the contract expects."""

    topic: str
    key: str | None
    headers: Mapping[str, str]
    value: JsonValue
    data: bytes | None


@dataclass(slots=True)
class FlowStandIn:
    """What a consumer's code is tried with. Everything that the contract says has to be done once.

    `take` gets the messages that its producer makes, in the place of a broker; `messages` gives those that its handler
    has to understand; at ``url`` its client asks what is to be asked.
    """

    flow: Flow
    values: dict[str, JsonValue]
    url: str = ""
    done: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def take(
        self,
        topic: str,
        value: object = None,
        *,
        key: str | bytes | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> None:
        """Takes a message of the consumer: ``value`` as JSON value, text, or the bytes that would be sent.

        Raises ClientDiffers for one that the contract does not say.
        """
        step = next((each for each in self.flow.sends if not self._is_done(each)), None)
        if not isinstance(step, SentMessages):
            due = f"{_titled(step.name)} is a request" if step else "nothing more is to be sent"
            self._tell(f"a message to {topic} came, and {due}")
            return
        wrong = list(_wrong(step, self._numbered(step), topic, value, _text(key), headers or {}))
        if wrong:
            self._tell(f"{_titled(step.name)}: {'; '.join(wrong)}")
        self.done[step.pointer] += 1

    def messages(self, topic: str | None = None) -> list[Handed]:
        """The messages that are expected, of one topic or of all, in the order of the contract."""
        found = []
        for step in self.flow.expects:
            if isinstance(step, ExpectedMessages) and topic in (None, step.topic):
                self.done[step.pointer] += 1
                for each in step.messages:
                    found += [_handed(step.topic, each, self.values)] * each.count
        return found

    def answer(self, asked: Asked) -> Answered:
        """The answer to a request of the consumer's client."""
        told = []
        possible: list[SentRequest | ExpectedState] = [
            each for each in self.flow.sends if isinstance(each, SentRequest) and not self._is_done(each)
        ]
        possible += [each for each in self.flow.expects if isinstance(each, ExpectedState)]
        for step in possible:
            wrong = differences(_expected(step.request, self.values), asked)
            if not wrong:
                self.done[step.pointer] += 1
                response = step.response if isinstance(step, ExpectedState) else Response(step.status)
                return _answered(response, self.values)
            told.append(f"{_titled(step.name)}: {'; '.join(wrong)}")
        self.differences.append(" | ".join(told) or f"the client asked {asked.line}, which no step says")
        return json_answer(_DIFFERENT, {}, {"detail": self.differences[-1]}, has_body=True)

    def left(self) -> Iterator[str]:
        """What the contract says and nobody did."""
        for sent in self.flow.sends:
            if not self._is_done(sent):
                many = sent.count if isinstance(sent, SentMessages) else 1
                yield f"{_titled(sent.name)}: {self.done[sent.pointer]} of {many} were sent"
        for expected in self.flow.expects:
            if not self.done[expected.pointer]:
                did = "read its messages" if isinstance(expected, ExpectedMessages) else "asked for it"
                yield f"{_titled(expected.name)}: nobody {did}"

    def _is_done(self, step: SentMessages | SentRequest) -> bool:
        return self.done[step.pointer] >= (step.count if isinstance(step, SentMessages) else 1)

    def _numbered(self, step: SentMessages) -> dict[str, JsonValue]:
        return {**self.values, NUMBER: self.done[step.pointer] + 1}

    def _tell(self, text: str) -> None:
        self.differences.append(text)
        raise ClientDiffers(text)


@contextmanager
def standing_in(contract: LiveDocument, values: Mapping[str, JsonValue]) -> Iterator[FlowStandIn]:
    """The stand-in of a flow contract, while the block runs; ``values`` stand for those of provider states.

    Raises ClientDiffers at the end where the consumer did otherwise than the contract says, or left something out.
    """
    flow = document_from(contract)
    stand_in = FlowStandIn(flow, {RUN: "run-1", **flow.values, **values})
    with answering(stand_in.answer) as url:
        stand_in.url = url
        yield stand_in
    told = [*stand_in.differences, *stand_in.left()]
    if told:
        raise ClientDiffers("; ".join(told))


def _wrong(
    step: SentMessages,
    values: Mapping[str, JsonValue],
    topic: str,
    value: object,
    key: str | None,
    headers: Mapping[str, str | bytes],
) -> Iterator[str]:
    expected_topic = filled_text(step.topic, values)
    if topic != expected_topic:
        yield f"the message went to {topic}, not to {expected_topic}"
    if step.key is not None and key != (wanted := str(filled(step.key, values))):
        yield f"its key is {key!r}, not {wanted!r}"
    for name, text in step.headers.items():
        if (sent := _text(headers.get(name))) != (due := filled_text(text, values)):
            yield f"its header {name} is {sent!r}, not {due!r}"
    expected = _content(step, values)
    if _plain(value, expected) != expected:
        yield f"its content is {str(value)[:200]}, not {str(expected)[:200]}"


def _content(step: SentMessages, values: Mapping[str, JsonValue]) -> "JsonValue | bytes":
    if step.has_value:
        return expanded(step.value, values)
    if step.text is not None:
        return filled_text(step.text, values)
    return step.data


def _plain(value: object, expected: "JsonValue | bytes") -> object:
    """The content in the form of what is expected."""
    if not isinstance(value, bytes) or isinstance(expected, bytes):
        return value
    if isinstance(expected, str):
        return value.decode("utf-8", "replace")
    try:
        return safe_json.loads(value)
    except HubError:
        return base64.b64encode(value).decode()


def _expected(request: Request, values: Mapping[str, JsonValue]) -> Expected:
    return Expected(
        method=request.method,
        target=filled_text(request.path, values),
        headers={name: filled_text(text, values) for name, text in request.headers.items()},
        body=expanded(request.body, values),
        has_body=request.has_body,
    )


def _answered(response: Response, values: Mapping[str, JsonValue]) -> Answered:
    status = response.status
    code = status if isinstance(status, int) else int(status[0]) * 100 if status else _SUCCESS
    headers = {name: str(example(compile_pattern(filled(each, values)))) for name, each in response.headers.items()}
    body = example(compile_pattern(filled(response.body, values)))
    return json_answer(code, headers, body, has_body=response.has_body)


def _handed(topic: str, expected: ExpectedMessage, values: Mapping[str, JsonValue]) -> Handed:
    key = example(compile_pattern(filled(expected.key, values))) if expected.has_key else None
    headers = {name: str(example(compile_pattern(filled(each, values)))) for name, each in expected.headers.items()}
    value = example(compile_pattern(filled(expected.text if expected.has_text else expected.value, values)))
    if expected.has_text:
        data: bytes | None = str(value).encode()
    else:
        data = safe_json.dumps(value) if expected.has_value else None
    return Handed(filled_text(topic, values), None if key is None else str(key), headers, value, data)


def _text(value: str | bytes | None) -> str | None:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _titled(name: str) -> str:
    return f"'{name}'"
