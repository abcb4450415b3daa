"""Everything that a comparison with a GraphQL schema can find: how bad it is, and what would mend it."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.domain.comparisons import Level


@dataclass(frozen=True, slots=True)
class Rule:
    """How bad it is where this rule is broken, and what to do about it."""

    level: Level
    remedy: str


_ASK = "Let the consumer ask for what the schema has, or bring it back into the schema."
_SEND = "Let the consumer send what the schema takes, or let the schema take it."
_MEND = "Mend the operation: every server refuses it, whatever its schema."
_EXPECT = "Let the consumer expect what the schema promises, or let the schema promise it."
_MOVE = "Move to what the reason names before it is removed."
_REPLAY = "Verify the provider by a replay; on paper this can't be judged."

RULES: Mapping[str, Rule] = {
    "graphql.request.malformed": Rule(Level.ERROR, "Send JSON with query, and operationName and variables if needed."),
    "graphql.request.method": Rule(Level.ERROR, "Send mutations by POST; servers refuse them by GET."),
    "graphql.operation.syntax": Rule(Level.ERROR, "Mend the text of the operation; no server can read it."),
    "graphql.operation.unknown": Rule(Level.ERROR, "Name one operation of the document in operationName."),
    "graphql.operation.unsupported": Rule(Level.ERROR, _ASK),
    "graphql.operation.invalid": Rule(Level.ERROR, _MEND),
    "graphql.operation.hash": Rule(Level.ERROR, "Send the SHA-256 of the very text that is sent with it."),
    "graphql.operation.persisted": Rule(
        Level.UNANSWERED, "Put the text of the operation into the pact, or verify the provider by a replay."
    ),
    "graphql.operation.too-complex": Rule(Level.UNANSWERED, "Make the operation smaller, or verify by a replay."),
    "graphql.operation.subscription": Rule(Level.INFORMATION, "Hold what it sends to a contract for its stream."),
    "graphql.field.unknown": Rule(Level.ERROR, _ASK),
    "graphql.argument.unknown": Rule(Level.ERROR, _SEND),
    "graphql.argument.missing": Rule(Level.ERROR, _SEND),
    "graphql.type.unknown": Rule(Level.ERROR, _ASK),
    "graphql.directive.unknown": Rule(Level.ERROR, _ASK),
    "graphql.fragment.impossible": Rule(Level.ERROR, _ASK),
    "graphql.selection.invalid": Rule(Level.ERROR, "Select fields of objects, and none of values."),
    "graphql.selection.conflict": Rule(Level.ERROR, "Give one of the two an alias of its own."),
    "graphql.value.incompatible": Rule(Level.ERROR, _SEND),
    "graphql.variable.type": Rule(Level.ERROR, "Declare the variable with the type of the place where it is used."),
    "graphql.variable.missing": Rule(Level.ERROR, _SEND),
    "graphql.variable.incompatible": Rule(Level.ERROR, _SEND),
    "graphql.variable.rule": Rule(Level.ERROR, _SEND),
    "graphql.variable.rule-too-wide": Rule(Level.WARNING, "Narrow the matching rule to what the schema takes."),
    "graphql.variable.undeclared": Rule(Level.WARNING, "Declare the variable in the operation, or do not send it."),
    "graphql.deprecated.field": Rule(Level.WARNING, _MOVE),
    "graphql.deprecated.argument": Rule(Level.WARNING, _MOVE),
    "graphql.deprecated.input-field": Rule(Level.WARNING, _MOVE),
    "graphql.deprecated.enum-value": Rule(Level.WARNING, _MOVE),
    "graphql.response.malformed": Rule(Level.ERROR, "Expect an object with data, errors or extensions."),
    "graphql.response.batch": Rule(Level.ERROR, "Expect a list with one answer for each operation that is sent."),
    "graphql.response.errors": Rule(
        Level.ERROR, "Expect errors as the specification has them: message, locations, path, extensions."
    ),
    "graphql.response.errors-empty": Rule(
        Level.WARNING, "Do not expect errors in an answer without any; servers leave it out."
    ),
    "graphql.response.unread": Rule(Level.INFORMATION, _REPLAY),
    "graphql.response.unselected": Rule(Level.ERROR, "Select it in the operation, or do not expect it."),
    "graphql.response.null": Rule(Level.ERROR, "Expect a value here: where there is none, null stands further up."),
    "graphql.response.type": Rule(Level.ERROR, _EXPECT),
    "graphql.response.value": Rule(Level.ERROR, _EXPECT),
    "graphql.response.rule": Rule(Level.ERROR, _EXPECT),
    "graphql.response.example": Rule(Level.WARNING, "Take an example that the schema allows."),
    "graphql.response.rule-too-narrow": Rule(
        Level.WARNING, "Let the consumer take all that the schema allows; one day it comes."
    ),
    "graphql.response.rule-too-wide": Rule(Level.WARNING, "Leave out of the matching rule what never comes."),
    "graphql.response.too-large": Rule(Level.UNANSWERED, "Expect less in one interaction, or verify by a replay."),
}
"""By the stable name of the rule."""
