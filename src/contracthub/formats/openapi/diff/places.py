"""Where a schema stands, and so who sends what it describes: the first half of a rule's id."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from contracthub.formats.changes import Direction


class Kind(StrEnum):
    """The prefix of the ids of rules about schemas, by where the schema stands."""

    PARAMETER = "request-parameter"
    PARAMETER_PROPERTY = "request-parameter-property"
    REQUEST_BODY = "request-body"
    REQUEST_PROPERTY = "request-property"
    RESPONSE_BODY = "response-body"
    RESPONSE_PROPERTY = "response-property"
    RESPONSE_HEADER = "response-header"

    @property
    def direction(self) -> Direction:
        """Who sends what stands here."""
        return Direction.RESPONSE if self.value.startswith("response") else Direction.REQUEST

    @property
    def inner(self) -> "Kind":
        """What schemas inside of a schema of this kind are."""
        return _INNER.get(self, self)

    @property
    def is_property(self) -> bool:
        """Whether the schema stands inside of another one."""
        return self in (Kind.PARAMETER_PROPERTY, Kind.REQUEST_PROPERTY, Kind.RESPONSE_PROPERTY)


# Rules whose ids are not made of the kind of place and the kind of edit.
RENAMED = {"response-body-enum-value-removed": "response-mediatype-enum-value-removed"}
_INNER = {
    Kind.PARAMETER: Kind.PARAMETER_PROPERTY,
    Kind.REQUEST_BODY: Kind.REQUEST_PROPERTY,
    Kind.RESPONSE_BODY: Kind.RESPONSE_PROPERTY,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """All that decides how a pair of schemas is judged, besides the schemas.

    ``is_text``: the values travel as text (parameters, XML, forms), where "1" and 1 are the same. ``is_inverted``: it
    belongs to a callback or webhook, so that the provider sends what stands in the request. Of parameters:
    ``is_header``; ``is_exploded``, a list is the parameter repeated, so that one value looks like a list of one; and
    ``is_needed``, the value is always sent. ``is_unsent``: it stands inside of what is never sent in this direction.
    """

    kind: Kind
    is_text: bool = False
    is_inverted: bool = False
    is_header: bool = False
    is_exploded: bool = False
    is_needed: bool = False
    is_unsent: bool = False

    @property
    def inner(self) -> "Setting":
        """The setting of schemas inside of a schema in this one."""
        return _inner_of(self)

    @property
    def direction(self) -> Direction:
        """Who sends the data, callbacks considered."""
        return self.kind.direction.mirrored if self.is_inverted else self.kind.direction


@lru_cache(maxsize=256)
def _inner_of(setting: Setting) -> Setting:
    kind = setting.kind.inner
    return Setting(kind, setting.is_text, setting.is_inverted, setting.is_header, is_unsent=setting.is_unsent)
