"""A pact as a person reads it: plain texts for a page, a terminal or Markdown.

Nothing here is escaped; that is for whoever renders it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from contracthub.formats import safe_json
from contracthub.formats.pact.model import (
    AsyncMessage,
    Body,
    Generator,
    HttpExchange,
    Interaction,
    InteractionKind,
    MatchingRule,
    Message,
    PactDocument,
    Presence,
    Request,
    Response,
    SyncMessages,
    Values,
)
from contracthub.formats.pact.sentences import generator_sentence, rule_sentence, state_sentence
from contracthub.formats.safe_json import JsonObject

_LONGEST_BODY = 100_000
_MOST_RULES = 500


@dataclass(frozen=True, slots=True)
class DescribedRule:
    """A matching rule or generator: where it applies (``body $.id``) and what it says."""

    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DescribedSide:
    """One request, response or message.

    ``title`` says which (``Request``), ``line`` is the request line, the status, or empty. ``headers`` are headers or
    metadata. ``body`` is None where the pact says nothing about it; ``body_note`` says what can't be shown.
    """

    title: str
    line: str
    headers: tuple[tuple[str, str], ...]
    body: str | None
    body_note: str
    content_type: str | None
    rules: tuple[DescribedRule, ...]
    generators: tuple[DescribedRule, ...]


@dataclass(frozen=True, slots=True)
class DescribedInteraction:
    """One interaction. ``states`` are sentences with their parameters."""

    id: str
    kind: InteractionKind
    description: str
    states: tuple[str, ...]
    sides: tuple[DescribedSide, ...]
    is_pending: bool
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DescribedPact:
    """A whole pact, interactions sorted by description and provider states."""

    consumer_name: str
    provider_name: str
    specification: str
    interactions: tuple[DescribedInteraction, ...]


def describe(document: PactDocument) -> DescribedPact:
    """The pact as texts. Long bodies and long lists of rules are cut, and say so."""
    described = (_interaction(interaction) for interaction in document.interactions)
    return DescribedPact(
        consumer_name=document.consumer_name,
        provider_name=document.provider_name,
        specification=document.specification.value,
        interactions=tuple(sorted(described, key=lambda one: (one.description, one.states))),
    )


def _interaction(interaction: Interaction) -> DescribedInteraction:
    return DescribedInteraction(
        id=interaction.id,
        kind=interaction.kind,
        description=interaction.description,
        states=tuple(state_sentence(state) for state in interaction.provider_states),
        sides=tuple(_sides(interaction)),
        is_pending=interaction.is_pending,
        comments=interaction.comments,
    )


def _sides(interaction: Interaction) -> Iterator[DescribedSide]:
    match interaction.exchange:
        case HttpExchange(request, response):
            yield _request(request)
            yield _response(response)
        case AsyncMessage(message):
            yield _message("Message", message)
        case SyncMessages(question, answers):
            yield _message("Request message", question)
            for answer in answers:
                yield _message("Response message", answer)


def _request(request: Request) -> DescribedSide:
    query = urlencode([(name, value) for name, values in request.query.items() for value in values])
    line = f"{request.method} {request.path}" + (f"?{query}" if query else "")
    return _side("Request", line, _headers(request.headers), request.body, request.rules, request.generators)


def _response(response: Response) -> DescribedSide:
    headers = _headers(response.headers)
    return _side("Response", str(response.status), headers, response.body, response.rules, response.generators)


def _message(title: str, message: Message) -> DescribedSide:
    metadata = _metadata(message.metadata)
    return _side(title, "", metadata, message.contents, message.rules, message.generators)


def _side(
    title: str,
    line: str,
    headers: Iterable[tuple[str, str]],
    body: Body,
    rules: tuple[MatchingRule, ...],
    generators: tuple[Generator, ...],
) -> DescribedSide:
    text, note = _shown(body)
    return DescribedSide(
        title=title,
        line=line,
        headers=tuple(headers),
        body=text,
        body_note=note,
        content_type=body.content_type,
        rules=_cut(DescribedRule(_where(rule), rule_sentence(rule)) for rule in rules[: _MOST_RULES + 1]),
        generators=_cut(DescribedRule(_where(one), generator_sentence(one)) for one in generators[: _MOST_RULES + 1]),
    )


def _headers(values: Values) -> Iterator[tuple[str, str]]:
    return ((name, ", ".join(texts)) for name, texts in values.items())


def _metadata(metadata: JsonObject) -> Iterator[tuple[str, str]]:
    for name, value in metadata.items():
        yield name, value if isinstance(value, str) else safe_json.dumps(value).decode()


def _shown(body: Body) -> tuple[str | None, str]:
    """The text of a body, and a remark for what the text can't say."""
    if body.presence is Presence.MISSING:
        return None, ""
    if body.presence is Presence.EMPTY:
        return "", "empty"
    if body.binary_size is not None:
        return None, f"{body.binary_size:,} bytes of binary content"
    is_text = isinstance(body.value, str) and not body.is_json
    text = str(body.value) if is_text else safe_json.pretty(body.value)
    if len(text) <= _LONGEST_BODY:
        return text, ""
    return text[:_LONGEST_BODY], f"the first {_LONGEST_BODY:,} of {len(text):,} characters"


def _where(entry: MatchingRule | Generator) -> str:
    return f"{entry.part} {entry.expression}".rstrip()


def _cut(rules: Iterable[DescribedRule]) -> tuple[DescribedRule, ...]:
    every = tuple(rules)
    if len(every) <= _MOST_RULES:
        return every
    return (*every[:_MOST_RULES], DescribedRule("", "and more rules, which are not shown"))
