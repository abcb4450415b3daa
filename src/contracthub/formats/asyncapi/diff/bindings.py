"""How bad a change of a binding is, where its protocol says (diff-rules §9)."""

from contracthub.formats import safe_json
from contracthub.formats.changes import Severity
from contracthub.formats.safe_json import JsonValue

# More of these is more than was promised: what is kept longer, or delivered more surely.
_MORE_IS_SAFE = frozenset(
    {
        "kafka.topicConfiguration.retention.ms",
        "kafka.topicConfiguration.retention.bytes",
        "kafka.topicConfiguration.delete.retention.ms",
        "kafka.topicConfiguration.max.message.bytes",
        "kafka.replicas",
        "mqtt.qos",
    }
)
# Which clients may read: a list of them is closed.
_CLIENTS = ("kafka.groupId.", "kafka.clientId.")
_UNLIMITED = -1


def severity_of_binding(name: str, values: tuple[JsonValue, JsonValue], *, is_receiving: bool) -> Severity | None:
    """The severity of another value, None for the rule's own."""
    old, new = values
    if name in _MORE_IS_SAFE and _is_number(old) and _is_number(new):
        return Severity.SAFE if new == _UNLIMITED or (old != _UNLIMITED and _number(new) > _number(old)) else None
    if name.startswith(_CLIENTS) and name.endswith(".enum"):
        before, after = _listed(old), _listed(new)
        if after is None or (before is not None and before <= after):
            return Severity.SAFE
        return Severity.BREAKING if is_receiving else None
    return None


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: JsonValue) -> float:
    return value if isinstance(value, int | float) else 0


def _listed(value: JsonValue) -> set[bytes] | None:
    return {safe_json.canonical(each) for each in value} if isinstance(value, list) else None
