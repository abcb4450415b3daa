"""Every rule about GraphQL schemas, under the ids of graphql-inspector's change types (diff-rules §8).

A rule's severity is that of its example, and the worst there is (but for @oneOf); the judges tell when a change is
milder.
"""

from contracthub.formats.changes import Catalogue, Direction, Example, Rule, Severity

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
_REQUEST, _RESPONSE, _NEITHER = Direction.REQUEST, Direction.RESPONSE, Direction.NEITHER
_Row = tuple[str, Severity, str, str, str, str]

_QUERY = "type Query { a: Int }"
_OLD_REASON, _NEW_REASON = '@deprecated(reason: "slow")', '@deprecated(reason: "gone in May")'


def _rule(row: _Row, subject: str, direction: Direction) -> Rule:
    id_, severity, summary, old, new, mirror = row
    return Rule(id_, severity, direction, subject, summary, Example(old, new), mirror)


def _fields(old: str, new: str) -> tuple[str, str]:
    return f"type Query {{ a: Int {old} }}", f"type Query {{ a: Int {new} }}"


def _field(old: str, new: str) -> tuple[str, str]:
    return f"type Query {{ {old} }}", f"type Query {{ {new} }}"


def _input(old: str, new: str) -> tuple[str, str]:
    return f"input Filter {{ {old} }}", f"input Filter {{ {new} }}"


def _enum(old: str, new: str) -> tuple[str, str]:
    return f"enum State {{ {old} }}", f"enum State {{ {new} }}"


def _directive(old: str, new: str) -> tuple[str, str]:
    return f"directive @auth{old}", f"directive @auth{new}"


def _described(subject: str, what: str, holder: tuple[str, str, str]) -> list[_Row]:
    """The three rules of a text; the holder without one, with one, and with another."""
    without, one, other = holder
    return [
        (
            f"{subject}_DESCRIPTION_ADDED",
            _S,
            f"A description of {what} came.",
            without,
            one,
            f"{subject}_DESCRIPTION_REMOVED",
        ),
        (
            f"{subject}_DESCRIPTION_CHANGED",
            _S,
            f"The description of {what} is another.",
            one,
            other,
            f"{subject}_DESCRIPTION_CHANGED",
        ),
        (
            f"{subject}_DESCRIPTION_REMOVED",
            _S,
            f"The description of {what} went.",
            one,
            without,
            f"{subject}_DESCRIPTION_ADDED",
        ),
    ]


def _redescribed(id_: str, what: str, old: str, new: str) -> _Row:
    return (id_, _S, f"The description of {what} came, went, or is another.", old, new, id_)


_ROOTS: list[_Row] = [
    (
        f"SCHEMA_{name.upper()}_TYPE_CHANGED",
        _B,
        f"The type that {operation} begins at is another, or went. Safe where there was none.",
        f"schema {{ {name}: Old }} type Old {{ a: Int }} type New {{ a: Int }}",
        f"schema {{ {name}: New }} type Old {{ a: Int }} type New {{ a: Int }}",
        f"SCHEMA_{name.upper()}_TYPE_CHANGED",
    )
    for name, operation in (("query", "a query"), ("mutation", "a mutation"), ("subscription", "a subscription"))
]
_TYPES: list[_Row] = [
    ("TYPE_ADDED", _S, "A type came.", _QUERY, f"{_QUERY} scalar Date", "TYPE_REMOVED"),
    ("TYPE_REMOVED", _B, "A type went.", f"{_QUERY} scalar Date", _QUERY, "TYPE_ADDED"),
    (
        "TYPE_KIND_CHANGED",
        _B,
        "A type is one of another kind.",
        "scalar Date",
        "enum Date { TODAY }",
        "TYPE_KIND_CHANGED",
    ),
    *_described("TYPE", "a type", (_QUERY, f'"Reads." {_QUERY}', f'"Reads all." {_QUERY}')),
]
_FIELDS: list[_Row] = [
    ("FIELD_ADDED", _S, "A field came.", *_field("a: Int", "a: Int b: Int"), "FIELD_REMOVED"),
    ("FIELD_REMOVED", _B, "A field went.", *_field("a: Int b: Int", "a: Int"), "FIELD_ADDED"),
    (
        "FIELD_TYPE_CHANGED",
        _B,
        "A field has another type. Safe where null is promised away and nothing else is changed.",
        *_field("a: Int!", "a: Int"),
        "FIELD_TYPE_CHANGED",
    ),
    *_described("FIELD", "a field", (_QUERY, 'type Query { "One." a: Int }', 'type Query { "Two." a: Int }')),
    ("FIELD_DEPRECATION_ADDED", _S, "A field is deprecated.", *_fields("", "@deprecated"), "FIELD_DEPRECATION_REMOVED"),
    (
        "FIELD_DEPRECATION_REMOVED",
        _S,
        "A field is deprecated no longer.",
        *_fields("@deprecated", ""),
        "FIELD_DEPRECATION_ADDED",
    ),
    (
        "FIELD_DEPRECATION_REASON_ADDED",
        _S,
        "It is told why a field is deprecated.",
        *_fields("@deprecated", _OLD_REASON),
        "FIELD_DEPRECATION_REASON_REMOVED",
    ),
    (
        "FIELD_DEPRECATION_REASON_CHANGED",
        _S,
        "A field is deprecated for another reason.",
        *_fields(_OLD_REASON, _NEW_REASON),
        "FIELD_DEPRECATION_REASON_CHANGED",
    ),
    (
        "FIELD_DEPRECATION_REASON_REMOVED",
        _S,
        "It is no longer told why a field is deprecated.",
        *_fields(_OLD_REASON, "@deprecated"),
        "FIELD_DEPRECATION_REASON_ADDED",
    ),
]
_ARGUMENTS: list[_Row] = [
    (
        "FIELD_ARGUMENT_ADDED",
        _B,
        "An argument came. Dangerous where it may be left out.",
        *_field("a: Int", "a(b: Int!): Int"),
        "FIELD_ARGUMENT_REMOVED",
    ),
    ("FIELD_ARGUMENT_REMOVED", _B, "An argument went.", *_field("a(b: Int): Int", "a: Int"), "FIELD_ARGUMENT_ADDED"),
    (
        "FIELD_ARGUMENT_TYPE_CHANGED",
        _B,
        "An argument has another type. Safe where null is let in and nothing else is changed.",
        *_field("a(b: Int): Int", "a(b: Int!): Int"),
        "FIELD_ARGUMENT_TYPE_CHANGED",
    ),
    (
        "FIELD_ARGUMENT_DEFAULT_CHANGED",
        _B,
        "The default of an argument came, went, or is another. Dangerous where the argument may be left out.",
        *_field("a(b: Int! = 1): Int", "a(b: Int!): Int"),
        "FIELD_ARGUMENT_DEFAULT_CHANGED",
    ),
    _redescribed(
        "FIELD_ARGUMENT_DESCRIPTION_CHANGED", "an argument", *_field("a(b: Int): Int", 'a("One." b: Int): Int')
    ),
]
_INPUTS: list[_Row] = [
    (
        "INPUT_FIELD_ADDED",
        _B,
        "A field of an input came. Dangerous where it has a default, safe where it may be left out.",
        *_input("a: Int", "a: Int b: Int!"),
        "INPUT_FIELD_REMOVED",
    ),
    ("INPUT_FIELD_REMOVED", _B, "A field of an input went.", *_input("a: Int b: Int", "a: Int"), "INPUT_FIELD_ADDED"),
    (
        "INPUT_FIELD_TYPE_CHANGED",
        _B,
        "A field of an input has another type. Safe where null is let in and nothing else is changed.",
        *_input("a: Int", "a: Int!"),
        "INPUT_FIELD_TYPE_CHANGED",
    ),
    (
        "INPUT_FIELD_DEFAULT_VALUE_CHANGED",
        _B,
        "The default of a field of an input came, went, or is another. Dangerous where it may be left out.",
        *_input("a: Int! = 1", "a: Int!"),
        "INPUT_FIELD_DEFAULT_VALUE_CHANGED",
    ),
    *_described(
        "INPUT_FIELD",
        "a field of an input",
        ("input A { a: Int }", 'input A { "One." a: Int }', 'input A { "Two." a: Int }'),
    ),
]
_VALUES: list[_Row] = [
    (
        "ENUM_VALUE_ADDED",
        _D,
        "A value of an enum came, which consumers may not expect. Safe where only consumers send it.",
        *_enum("OPEN", "OPEN SHUT"),
        "ENUM_VALUE_REMOVED",
    ),
    ("ENUM_VALUE_REMOVED", _B, "A value of an enum went.", *_enum("OPEN SHUT", "OPEN"), "ENUM_VALUE_ADDED"),
    _redescribed("ENUM_VALUE_DESCRIPTION_CHANGED", "a value", *_enum("OPEN", '"Not shut." OPEN')),
    (
        "ENUM_VALUE_DEPRECATION_REASON_ADDED",
        _S,
        "A value is deprecated, or it is told why.",
        *_enum("OPEN", f"OPEN {_OLD_REASON}"),
        "ENUM_VALUE_DEPRECATION_REASON_REMOVED",
    ),
    (
        "ENUM_VALUE_DEPRECATION_REASON_CHANGED",
        _S,
        "A value is deprecated for another reason.",
        *_enum(f"OPEN {_OLD_REASON}", f"OPEN {_NEW_REASON}"),
        "ENUM_VALUE_DEPRECATION_REASON_CHANGED",
    ),
    (
        "ENUM_VALUE_DEPRECATION_REASON_REMOVED",
        _S,
        "A value is deprecated no longer, or it is no longer told why.",
        *_enum(f"OPEN {_OLD_REASON}", "OPEN"),
        "ENUM_VALUE_DEPRECATION_REASON_ADDED",
    ),
]
_MEMBERS: list[_Row] = [
    (
        "UNION_MEMBER_ADDED",
        _D,
        "A type came into a union, which consumers may not expect.",
        "union Any = A",
        "union Any = A | B",
        "UNION_MEMBER_REMOVED",
    ),
    (
        "UNION_MEMBER_REMOVED",
        _B,
        "A type went from a union.",
        "union Any = A | B",
        "union Any = A",
        "UNION_MEMBER_ADDED",
    ),
    (
        "OBJECT_TYPE_INTERFACE_ADDED",
        _D,
        "A type has one more interface, under which consumers may not expect it.",
        "type A { a: Int }",
        "type A implements Node { a: Int }",
        "OBJECT_TYPE_INTERFACE_REMOVED",
    ),
    (
        "OBJECT_TYPE_INTERFACE_REMOVED",
        _B,
        "A type has an interface no longer.",
        "type A implements Node { a: Int }",
        "type A { a: Int }",
        "OBJECT_TYPE_INTERFACE_ADDED",
    ),
]
_DIRECTIVES: list[_Row] = [
    ("DIRECTIVE_ADDED", _S, "A directive came.", _QUERY, f"{_QUERY} directive @auth on FIELD", "DIRECTIVE_REMOVED"),
    ("DIRECTIVE_REMOVED", _B, "A directive went.", f"{_QUERY} directive @auth on FIELD", _QUERY, "DIRECTIVE_ADDED"),
    _redescribed(
        "DIRECTIVE_DESCRIPTION_CHANGED", "a directive", "directive @a on FIELD", '"One." directive @a on FIELD'
    ),
    (
        "DIRECTIVE_LOCATION_ADDED",
        _S,
        "A directive may be used in one more place.",
        *_directive(" on FIELD", " on FIELD | QUERY"),
        "DIRECTIVE_LOCATION_REMOVED",
    ),
    (
        "DIRECTIVE_LOCATION_REMOVED",
        _B,
        "A directive may no longer be used in a place.",
        *_directive(" on FIELD | QUERY", " on FIELD"),
        "DIRECTIVE_LOCATION_ADDED",
    ),
    (
        "DIRECTIVE_REPEATABLE_ADDED",
        _S,
        "A directive may be repeated.",
        *_directive(" on FIELD", " repeatable on FIELD"),
        "DIRECTIVE_REPEATABLE_REMOVED",
    ),
    (
        "DIRECTIVE_REPEATABLE_REMOVED",
        _B,
        "A directive may no longer be repeated. Dangerous where operations can't use it.",
        *_directive(" repeatable on FIELD", " on FIELD"),
        "DIRECTIVE_REPEATABLE_ADDED",
    ),
    (
        "DIRECTIVE_ARGUMENT_ADDED",
        _B,
        "A directive has one more argument. Safe where it may be left out.",
        *_directive(" on FIELD", "(a: Int!) on FIELD"),
        "DIRECTIVE_ARGUMENT_REMOVED",
    ),
    (
        "DIRECTIVE_ARGUMENT_REMOVED",
        _B,
        "An argument of a directive went.",
        *_directive("(a: Int) on FIELD", " on FIELD"),
        "DIRECTIVE_ARGUMENT_ADDED",
    ),
    (
        "DIRECTIVE_ARGUMENT_TYPE_CHANGED",
        _B,
        "An argument of a directive has another type. Safe where null is let in and nothing else is changed.",
        *_directive("(a: Int) on FIELD", "(a: Int!) on FIELD"),
        "DIRECTIVE_ARGUMENT_TYPE_CHANGED",
    ),
    (
        "DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED",
        _B,
        "The default of an argument of a directive came, went, or is another. Dangerous where it may be left out.",
        *_directive("(a: Int! = 1) on FIELD", "(a: Int!) on FIELD"),
        "DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED",
    ),
    _redescribed(
        "DIRECTIVE_ARGUMENT_DESCRIPTION_CHANGED",
        "an argument of a directive",
        *_directive("(a: Int) on FIELD", '("One." a: Int) on FIELD'),
    ),
]
_PLACES = {
    "SCHEMA": "schema { query: Query }",
    "SCALAR": "scalar Date",
    "OBJECT": "type A { a: Int }",
    "INTERFACE": "interface A { a: Int }",
    "UNION_MEMBER": "union Any = A",
    "ENUM": "enum State { OPEN }",
    "ENUM_VALUE": "enum State { OPEN }",
    "INPUT_OBJECT": "input A { a: Int }",
    "FIELD_DEFINITION": "type A { a: Int }",
    "INPUT_FIELD_DEFINITION": "input A { a: Int }",
    "ARGUMENT_DEFINITION": "type A { a(b: Int): Int }",
}
_AFTER = {
    "SCHEMA": "schema",
    "SCALAR": "Date",
    "UNION_MEMBER": "Any",
    "ENUM": "State",
    "ENUM_VALUE": "OPEN",
    "FIELD_DEFINITION": "Int",
    "INPUT_FIELD_DEFINITION": "Int",
    "ARGUMENT_DEFINITION": "b: Int",
}


def _used(place: str) -> str:
    text, after = _PLACES[place], _AFTER.get(place, "A")
    return text.replace(after, f"{after} @auth", 1)


def _usage(place: str) -> list[_Row]:
    """The two rules of a directive in use at one kind of place."""
    what = {"UNION_MEMBER": "union"}.get(place, place.lower().replace("_", " "))
    article = "an" if what[0] in "aeiou" else "a"
    came, went = f"DIRECTIVE_USAGE_{place}_ADDED", f"DIRECTIVE_USAGE_{place}_REMOVED"
    told = f"A directive is used on {article} {what}"
    return [
        (came, _D, f"{told}. Breaking for @oneOf, safe for @deprecated.", _PLACES[place], _used(place), went),
        (went, _D, f"{told} no longer. Safe for @oneOf and @deprecated.", _used(place), _PLACES[place], came),
    ]


_USAGES: list[_Row] = [
    *(row for place in _PLACES for row in _usage(place)),
    (
        "DIRECTIVE_USAGE_ARGUMENT_ADDED",
        _S,
        "A directive in use has another argument, or another value of one.",
        *_fields("@auth", '@auth(role: "admin")'),
        "DIRECTIVE_USAGE_ARGUMENT_REMOVED",
    ),
    (
        "DIRECTIVE_USAGE_ARGUMENT_REMOVED",
        _D,
        "A directive in use has lost an argument, or the value of one. Safe for @deprecated.",
        *_fields('@auth(role: "admin")', "@auth"),
        "DIRECTIVE_USAGE_ARGUMENT_ADDED",
    ),
]
_TABLE = (
    (_ROOTS, "schema", _NEITHER),
    (_TYPES, "type", _NEITHER),
    (_FIELDS, "field", _RESPONSE),
    (_ARGUMENTS, "argument", _REQUEST),
    (_INPUTS, "input field", _REQUEST),
    (_VALUES, "enum value", _NEITHER),
    (_MEMBERS, "type", _RESPONSE),
    (_DIRECTIVES, "directive", _NEITHER),
    (_USAGES, "directive in use", _NEITHER),
)
CATALOGUE = Catalogue(_rule(row, subject, direction) for rows, subject, direction in _TABLE for row in rows)
NOT_IN_SCHEMAS = ("DIRECTIVE_USAGE_FIELD_ADDED", "DIRECTIVE_USAGE_FIELD_REMOVED")
"""Change types of the anchor that are about operations; a schema has no place for them."""
