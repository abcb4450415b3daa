"""A body's example, walked with its matching rules and with what the document says, side by side."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracthub.formats.comparisons.pact_openapi.findings import Findings
from contracthub.formats.comparisons.pact_openapi.promises import Alternatives, Promises
from contracthub.formats.comparisons.pact_openapi.references import Place
from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.comparisons.pact_openapi.rule_checks import Gap, gap
from contracthub.formats.comparisons.pact_openapi.side_rules import Governed
from contracthub.formats.comparisons.pact_openapi.wider import numbers_beyond, texts_beyond
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue

MOST_VALUES = 5_000
_MOST_ITEMS = 20
# Of what decides nothing, for one body.
_MOST_HINTS = 50
_CODES = {
    Gap.NEVER: "response.body.incompatible",
    Gap.NARROWER: "response.body.narrower",
    Gap.UNPROMISED: "response.body.unpromised",
}


@dataclass(frozen=True, slots=True)
class Here:
    """A value of the example, the rule that governs it, and what the document says of it.

    ``general`` is its pointer with every item alike, so that what holds of all is told once.
    """

    value: JsonValue
    pointer: str
    general: str
    governed: Governed
    alternatives: Alternatives
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class RuleWalk:
    """Tells what no example shows. Nothing is told of places that are ``wrong`` already."""

    promises: Promises
    findings: Findings
    where: str
    wrong: frozenset[str]

    def of_response(self, value: JsonValue, place: Place, governed: Governed) -> Iterator[Result]:
        """Rules that the document does not meet, and what may be absent or null."""
        hints = 0

        def leads_on(here: Here) -> bool:
            # Once enough is told of what no rule governs, nothing is looked for there.
            return hints < _MOST_HINTS or here.governed.is_ruled

        for here in self._walked(value, place, governed, leads_on):
            if here.is_optional and hints < _MOST_HINTS:
                hints += 1
                yield self._result("response.body.optional", here, "may be absent, and the consumer reads it")
            if hints < _MOST_HINTS and here.value is not None and any(each.may_be_null for each in here.alternatives):
                hints += 1
                yield self._result("response.body.nullable", here, "may be null, and the consumer's example is not")
            found = gap(here.governed.rule, here.value, here.alternatives) if here.governed.rule else None
            if found is not None:
                yield self._result(_CODES[found[0]], here, found[1])

    def of_request(self, value: JsonValue, place: Place, governed: Governed) -> Iterator[Result]:
        """Rules by which the consumer may send what the document does not take."""
        for here in self._walked(value, place, governed, lambda here: here.governed.is_ruled):
            lists = [each.values for each in here.alternatives]
            values = [value for some in lists for value in some or ()]
            is_listed = bool(lists) and all(each is not None for each in lists)
            beyond = texts_beyond(here.governed.rule, (), values.__contains__) if is_listed else []
            told = (
                f"the text {beyond[0]!r}, for one" if beyond else numbers_beyond(here.governed.rule, here.alternatives)
            )
            if told is not None:
                text = f"the consumer's rule admits what the document does not take: {told}"
                yield self._result("request.body.wider", here, text)

    def _walked(
        self, value: JsonValue, place: Place, governed: Governed, leads_on: Callable[[Here], bool]
    ) -> Iterator[Here]:
        todo, told = [Here(value, "", "", governed, self.promises.of(place))], set[str]()
        for _ in range(MOST_VALUES):
            if not todo:
                return
            here = todo.pop()
            if here.pointer in self.wrong or not here.alternatives:
                continue
            if here.general not in told:
                told.add(here.general)
                yield here
            if leads_on(here):
                todo += reversed([*self._below(here)])

    def _below(self, here: Here) -> Iterator[Here]:
        inside: list[tuple[str | int, JsonValue]] = []
        if isinstance(here.value, dict):
            inside = [*here.value.items()]
        elif isinstance(here.value, list):
            inside = [*enumerate(here.value[:_MOST_ITEMS])]
        if not inside:
            return
        governed = [here.governed.step(step) for step, _ in inside]
        # A tag that may be any other one by the consumer's rule does not say which alternative comes.
        fixed = {step for (step, _), each in zip(inside, governed, strict=True) if each.rule is None}
        fitting = self.promises.fitting(here.alternatives, here.value, fixed)
        for (step, value), of_it in zip(inside, governed, strict=True):
            token = child("", step)
            below = self.promises.step(fitting, step)
            yield Here(
                value,
                here.pointer + token,
                here.general + (token if isinstance(step, str) else "/*"),
                of_it,
                below,
                bool(below) and isinstance(step, str) and _is_optional(fitting, step),
            )

    def _result(self, code: str, here: Here, text: str) -> Result:
        document = here.alternatives[0].pointer
        return self.findings.result(code, f"{here.pointer or 'the whole'}: {text}", self.where + here.pointer, document)


def _is_optional(alternatives: Alternatives, name: str) -> bool:
    """Whether a member is named, and not all alternatives say that it always comes."""
    is_named = any(name in each.names for each in alternatives)
    return is_named and any(name not in each.required for each in alternatives)
