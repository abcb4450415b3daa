"""What a journey relies on, flattened: of one provider, by the steps that are written out and taken there.

What an interaction needs, its pact says already. Values that are saved stand as the examples of where they come from,
so that ``GET ${job}`` is known as ``GET /jobs/7``.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from contracthub.formats import matching, safe_json
from contracthub.formats.journey.model import Expected, Journey, Saved, Step, journey_of
from contracthub.formats.journey.values import NotSaved, filled, filled_text, text_of
from contracthub.formats.live_contract import LiveDocument
from contracthub.formats.needs import Direction, Need, Shape
from contracthub.formats.pact.expressions import steps as expression_steps
from contracthub.formats.safe_json import JsonValue


def needs_of(document: LiveDocument, provider: str) -> tuple[Need, ...]:
    """Everything that the journey relies on of this provider, in the order of its steps, each once per step."""
    journey = journey_of(document.body)
    found: list[Need] = []
    examples = examples_of(journey)
    place = ""
    for step in (*journey.steps, *journey.cleanup):
        if step.sent is not None:
            place = operation_of(step, examples)
        elif step.eventually is not None:
            place = f"GET {_location_of(found) or '${location}'}"
        if step.provider == provider and step.reference is None:
            found += _of_step(journey, step, place, examples)
    return tuple(dict.fromkeys(found))


def operation_of(step: Step, values: Mapping[str, JsonValue]) -> str:
    """``GET /jobs/7``; a value that nobody knows yet stays as it is written."""
    assert step.sent is not None
    return f"{step.sent.method} {_filled_path(step.sent.path, values).partition('?')[0]}"


def examples_of(journey: Journey) -> dict[str, JsonValue]:
    """For each value the example that is told of it, else the one of its matcher, where it has one."""
    found: dict[str, JsonValue] = dict(journey.values)
    for step in journey.steps:
        expected = (step.eventually.until if step.eventually else None) or step.expected
        for saved in step.saves:
            example = saved.example
            if example is None and expected is not None:
                example = _example(expected, saved)
            if example is not None:
                found.setdefault(saved.name, example)
    return found


def _example(expected: Expected, saved: Saved) -> JsonValue:
    if saved.header is not None:
        named = {name.lower(): value for name, value in expected.headers.items()}
        pattern = named.get(saved.header.lower())
        return None if pattern is None else _of_pattern(pattern)
    value = _of_pattern(expected.body) if expected.has_body else None
    for step in expression_steps(saved.body or "$"):
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value if isinstance(value, str | int | float) else None


def _of_pattern(value: JsonValue) -> JsonValue:
    pattern = matching.compile_pattern(value)
    found = matching.example(pattern) if matching.has_example(pattern) else None
    return None if isinstance(found, str) and "${" in found else found


def _location_of(needs: list[Need]) -> str | None:
    """Where the step before said that the job is."""
    for each in reversed(needs):
        if each.part == "header" and each.path.lower() == "location" and each.shape.example:
            place = safe_json.loads(each.shape.example)
            return _path_of(place) if isinstance(place, str) else None
    return None


def _path_of(place: str) -> str:
    try:
        return urlsplit(place).path
    except ValueError:
        return place


def _of_step(journey: Journey, step: Step, operation: str, examples: Mapping[str, JsonValue]) -> Iterator[Need]:
    told = f"{journey.name}: {step.title}"
    sent = step.sent
    if sent is not None:
        for name, texts in sent.query.items():
            for text in texts:
                yield Need(operation, Direction.REQUEST, "query", name, _equal(_filled(text, examples)), told)
        for name, text in sent.headers.items():
            yield Need(operation, Direction.REQUEST, "header", name, _equal(_filled(text, examples)), told)
        if sent.has_body:
            for path, shape in _shapes(sent.body, examples):
                yield Need(operation, Direction.REQUEST, "body", path, shape, told)
    expectations = [step.expected, step.eventually.until if step.eventually else None]
    for expected in expectations:
        if expected is not None:
            yield from _of_answer(expected, operation, told, examples)


def _of_answer(expected: Expected, operation: str, told: str, examples: Mapping[str, JsonValue]) -> Iterator[Need]:
    for status in expected.statuses if len(expected.statuses) == 1 else ():
        if isinstance(status, int):
            yield Need(operation, Direction.RESPONSE, "status", "", _equal(status), told)
    for name, pattern in expected.headers.items():
        for _, shape in _shapes(pattern, examples):
            yield Need(operation, Direction.RESPONSE, "header", name, shape, told)
    if expected.has_body:
        for path, shape in _shapes(expected.body, examples):
            yield Need(operation, Direction.RESPONSE, "body", path, shape, told)


def _shapes(value: JsonValue, examples: Mapping[str, JsonValue]) -> tuple[tuple[str, Shape], ...]:
    return matching.shapes(matching.compile_pattern(_filled(value, examples)))


def _equal(value: JsonValue) -> Shape:
    """A scalar that has to be just that."""
    return matching.shapes(matching.compile_pattern(value))[0][1]


def _filled(value: JsonValue, examples: Mapping[str, JsonValue]) -> JsonValue:
    try:
        return filled(value, _AsWritten(examples))
    except NotSaved:  # pragma: no cover - every name has a value there
        return value


def _filled_path(path: str, examples: Mapping[str, JsonValue]) -> str:
    return filled_text(path, _AsWritten(examples), text_of)


class _AsWritten(dict[str, JsonValue]):
    """Values that are known, and for any other the use itself."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> JsonValue:
        return f"${{{name}}}"
