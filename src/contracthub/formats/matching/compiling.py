"""Expected values as they stand in contracts, made into patterns; everything that is wrong with them is found here."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats.faults import invalid
from contracthub.formats.matching.comparing import STATUS_CLASSES, kind_in_words, mismatches
from contracthub.formats.matching.facets import example, has_example, size
from contracthub.formats.matching.model import NO_EXAMPLE, NoExample, Pattern, Rule
from contracthub.formats.matching.moments import DEFAULT_FORMATS, UnknownFormat, moment_pattern
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue

TYPE, VALUE, GENERATOR = "pact:matcher:type", "value", "pact:generator:type"
SEMVER = (
    r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$"
)
MOST_REMEMBERED = 1_000
LONGEST_PATTERN = 2_000
# Values of an example; as many as a document may hold.
MOST_VALUES = 100_000
# Rules or variants of one matcher: each is held against every key, value or item.
MOST_ENTRIES = 200
# "Each value like this" inside of one another: what is inside of n of them is written out 2^n times.
DEEPEST_TEMPLATE = 6

_PLAIN = frozenset({"equality", "integer", "decimal", "number", "boolean", "notEmpty", "values"})
# What stands where a library leaves the value to its generator.
_GENERATED: Mapping[str, JsonValue] = {
    "Uuid": "e2490de5-5bd3-43d5-b7c4-526e33f71304",
    "RandomInt": 7,
    "RandomDecimal": 7.5,
    "RandomBoolean": True,
    "RandomString": "text",
    "RandomHexadecimal": "1f",
}


def compile_pattern(value: JsonValue, pointer: str = "") -> Pattern:
    """The pattern that an expected value stands for. Raises ``Invalid`` with every fault and its JSON pointer."""
    compiler = _Compiler()
    pattern = compiler.pattern(value, pointer)
    if compiler.faults:
        raise invalid("invalid-matcher", "The expected value", compiler.faults)
    return pattern


def faults_of(value: JsonValue, pointer: str = "") -> list[Fault]:
    """What is wrong with an expected value; pointers begin with ``pointer``."""
    try:
        compile_pattern(value, pointer)
    except Invalid as error:
        return list(error.faults)
    return []


def regex_fault(regex: str) -> str | None:
    """Why this pattern is not run here: it is none, or one that might take for ever. None if nothing is wrong."""
    if len(regex) > LONGEST_PATTERN:
        return f"is longer than {LONGEST_PATTERN} characters"
    return _engine_fault(regex)


@lru_cache(maxsize=MOST_REMEMBERED)
def _engine_fault(regex: str) -> str | None:
    import jsonschema_rs

    try:
        # The engine takes time in proportion to the text; what it can't do that way it refuses.
        jsonschema_rs.validator_for(
            {"type": "string", "pattern": regex}, pattern_options=jsonschema_rs.RegexOptions()
        ).is_valid("a")
    except (ValueError, jsonschema_rs.ValidationError):
        return (
            "is not a pattern that can be run in bounded time. Look-around, back-references and very large repetitions "
            "are not known here"
        )
    return None


class _Compiler:
    """Goes through a value once; ``faults`` is what it met."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._inside = self._written_out = 0
        self._makers: Mapping[str, Callable[[JsonObject, str], Rule | None]] = {
            "type": self._like,
            "regex": self._regex,
            "include": self._include,
            "null": lambda _matcher, _pointer: Rule("null"),
            "semver": lambda _matcher, _pointer: Rule("semver", regex=SEMVER),
            "date": self._moment,
            "time": self._moment,
            "timestamp": self._moment,
            "datetime": self._moment,
            "eachKey": self._each,
            "eachValue": self._each,
            "arrayContains": self._array_contains,
            "statusCode": self._status_code,
        }

    def pattern(self, value: JsonValue, pointer: str) -> Pattern:
        """What stands at this place."""
        self._written_out += 1 if self._inside else 0
        if isinstance(value, list):
            return Pattern([], items=tuple(self.pattern(each, child(pointer, at)) for at, each in enumerate(value)))
        if not isinstance(value, dict):
            return Pattern(value)
        if TYPE in value:
            return self._matcher(value, pointer)
        return Pattern({}, members={name: self.pattern(each, child(pointer, name)) for name, each in value.items()})

    def _matcher(self, matcher: JsonObject, pointer: str) -> Pattern:
        kind = matcher[TYPE]
        if not isinstance(kind, str) or (kind not in self._makers and kind not in _PLAIN):
            known = ", ".join(sorted({*self._makers, *_PLAIN}))
            self._fault(f"must be one of: {known}", child(pointer, TYPE), TYPE)
            return Pattern(None)
        rule = self._makers[kind](matcher, pointer) if kind in self._makers else Rule(kind)
        inner = self._value(matcher, kind, pointer)
        if inner.rule is not None:
            if kind != "type":
                self._fault(f"{kind} stands right around another matcher; keep one of them", pointer, TYPE)
            # Like something that has a matcher of its own: that says more.
            return inner
        pattern = Pattern(inner.value, rule, inner.members, inner.items)
        if rule is not None and not self._is_too_large(pattern, pointer):
            self._check_example(pattern, pointer)
        return pattern

    def _value(self, matcher: JsonObject, kind: str, pointer: str) -> Pattern:
        if VALUE in matcher and not (kind == "arrayContains" and matcher[VALUE] is None):
            return self.pattern(matcher[VALUE], child(pointer, VALUE))
        if kind == "null":
            return Pattern(None)
        generator = matcher.get(GENERATOR)
        found: JsonValue | NoExample = NO_EXAMPLE
        if isinstance(generator, str):
            found = _GENERATED.get(generator, NO_EXAMPLE)
        if kind in {"type", "equality", "include", "values"} and found is NO_EXAMPLE:
            self._fault(f"{kind} needs a value to compare with; add value", pointer)
        return Pattern(found)

    def _check_example(self, pattern: Pattern, pointer: str) -> None:
        if self.faults or not has_example(pattern):
            return
        wrong = mismatches(pattern, example(pattern))
        if wrong:
            self._fault(f"the value does not keep its own matcher: {wrong[0].text}", child(pointer, VALUE), VALUE)

    def _is_too_large(self, pattern: Pattern, pointer: str) -> bool:
        least = pattern.rule.facts.get("min") if pattern.rule else None
        if not isinstance(least, int) or (values := size(pattern)) <= MOST_VALUES:
            return False
        told = f"makes an example of {values:,} values, and at most {MOST_VALUES:,} can be had; ask for fewer"
        self._fault(told, child(pointer, "min"), "min")
        return True

    def _like(self, matcher: JsonObject, pointer: str) -> Rule | None:
        bounds: JsonObject = {}
        for name in ("min", "max"):
            bound = matcher.get(name)
            if bound is None:
                continue
            if not isinstance(bound, int) or isinstance(bound, bool) or bound < 0:
                self._fault("must be a number of items, 0 or more", child(pointer, name), name)
                return None
            bounds[name] = bound
        if bounds and not isinstance(matcher.get(VALUE), list):
            self._fault(f"min and max are for lists, and the value is {kind_in_words(matcher.get(VALUE))}", pointer)
            return None
        least, most = bounds.get("min"), bounds.get("max")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            self._fault(f"is less than min, {least}: no list can have that many items", child(pointer, "max"), "max")
            return None
        if bounds and not matcher.get(VALUE):
            self._fault("needs an example of an item", child(pointer, VALUE), VALUE)
            return None
        return Rule("type", bounds)

    def _regex(self, matcher: JsonObject, pointer: str) -> Rule | None:
        regex = matcher.get("regex")
        if not isinstance(regex, str):
            self._fault("must be the pattern, a string", child(pointer, "regex"), "regex")
            return None
        # As the verifier has it, the whole text has to match.
        whole = f"^(?:{regex})$"
        wrong = regex_fault(regex) or _engine_fault(whole)
        if wrong:
            self._fault(wrong, child(pointer, "regex"), "regex")
            return None
        return Rule("regex", {"regex": regex}, regex=whole)

    def _include(self, matcher: JsonObject, pointer: str) -> Rule | None:
        part = matcher.get(VALUE)
        if not isinstance(part, str):
            self._fault("must be the text that is to be in there", child(pointer, VALUE), VALUE)
            return None
        return Rule("include", {VALUE: part})

    def _moment(self, matcher: JsonObject, pointer: str) -> Rule | None:
        kind = str(matcher[TYPE])
        format_ = matcher.get("format") or DEFAULT_FORMATS[kind]
        if not isinstance(format_, str):
            self._fault("must be a format such as yyyy-MM-dd", child(pointer, "format"), "format")
            return None
        try:
            moment_pattern(format_)
        except UnknownFormat as error:
            self._fault(str(error), child(pointer, "format"), "format")
            return None
        return Rule(kind, {"format": format_})

    def _each(self, matcher: JsonObject, pointer: str) -> Rule | None:
        return self._with_patterns(matcher, pointer, "rules")

    def _array_contains(self, matcher: JsonObject, pointer: str) -> Rule | None:
        return self._with_patterns(matcher, pointer, "variants")

    def _with_patterns(self, matcher: JsonObject, pointer: str, member: str) -> Rule | None:
        found, place = matcher.get(member), child(pointer, member)
        if isinstance(found, dict):
            found = [found]
        if not isinstance(found, list) or not 0 < len(found) <= MOST_ENTRIES:
            self._fault(f"must be a list with at least one entry, and at most {MOST_ENTRIES}", place, member)
            return None
        made = (self._inner(each, child(place, at), matcher) for at, each in enumerate(found))
        return Rule(str(matcher[TYPE]), patterns=tuple(made))

    def _inner(self, entry: JsonValue, pointer: str, outer: JsonObject) -> Pattern:
        if isinstance(entry, dict) and entry.get(TYPE) == "type" and VALUE not in entry:
            # "Each value like this": what it is like is the example of the whole.
            template = _first_of(outer.get(VALUE))
            if template is not NO_EXAMPLE:
                return self._like_template({**entry, VALUE: template}, pointer)
        return self.pattern(entry, pointer)

    def _like_template(self, matcher: JsonObject, pointer: str) -> Pattern:
        if self._inside >= DEEPEST_TEMPLATE or self._written_out > MOST_VALUES:
            told = "is one of too many inside of one another; say here what a value is like, in a value of its own"
            self._fault(told, pointer)
            return Pattern(None)
        self._inside += 1
        try:
            return self.pattern(matcher, pointer)
        finally:
            self._inside -= 1

    def _status_code(self, matcher: JsonObject, pointer: str) -> Rule | None:
        status = matcher.get("status")
        codes = isinstance(status, list) and status and all(_is_code(each) for each in status)
        if codes or (isinstance(status, str) and status in STATUS_CLASSES):
            return Rule("statusCode", {"status": status})
        known = ", ".join(STATUS_CLASSES)
        self._fault(f"must be a list of status codes, or one of: {known}", child(pointer, "status"), "status")
        return None

    def _fault(self, text: str, pointer: str, field: str = "") -> None:
        self.faults.append(Fault(field, text, pointer))


def _is_code(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599


def _first_of(value: JsonValue) -> "JsonValue | NoExample":
    if isinstance(value, dict):
        return next(iter(value.values()), NO_EXAMPLE)
    return next(iter(value), NO_EXAMPLE) if isinstance(value, list) else NO_EXAMPLE
