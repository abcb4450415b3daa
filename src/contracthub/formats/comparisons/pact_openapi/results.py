"""What a comparison finds: a code, how bad it is, and the place in both documents (bidirectional §3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.domain.comparisons import Level

_ERRORS = (
    "request.path-or-method.unknown",
    "request.spec.missing",
    "request.authorization.missing",
    "request.accept.incompatible",
    "request.content-type.incompatible",
    "request.header.incompatible",
    "request.query.incompatible",
    "request.body.incompatible",
    "response.status.unknown",
    "response.content-type.incompatible",
    "response.header.incompatible",
    "response.header.unknown",
    "response.body.incompatible",
    "response.body.unknown",
    "message.spec.missing",
    "message.references.missing",
    "message.operation.unknown",
    "message.no.match",
    "message.payload.incompatible",
    "message.headers.incompatible",
    "message.reply.missing",
    "interaction.malformed",
    "document.unusable",
)
_WARNINGS = (
    "request.accept.unknown",
    "request.content-type.unknown",
    "request.content-type.missing",
    "request.header.unknown",
    "request.query.unknown",
    "request.body.unknown",
    "request.body.unvalidatable",
    "response.status.default",
    "response.content-type.unknown",
    "response.header.undefined",
    "response.body.unvalidatable",
    "message.payload.unknown",
    "message.payload.unvalidatable",
    "message.response.missing",
    "document.pattern.unusable",
    "request.path.wider",
    "request.query.wider",
    "request.header.wider",
    "request.body.wider",
    "response.header.narrower",
    "response.body.narrower",
)
_INFORMATION = ("message.matched", "response.body.optional", "response.body.nullable", "response.body.unpromised")
LEVELS: Mapping[str, Level] = {
    **dict.fromkeys(_ERRORS, Level.ERROR),
    **dict.fromkeys(_WARNINGS, Level.WARNING),
    **dict.fromkeys(_INFORMATION, Level.INFORMATION),
}
"""Every code there is, and its level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thing that was found.

    ``interaction`` counts from 0 over all that the pact has. The pointers (RFC 6901) lead into the pact and into the
    provider's document; ``operation`` is ``GET /orders/{id}``, where one was found. ``causes`` say why no message fits.
    """

    code: str
    message: str
    interaction: int
    description: str = ""
    state: str = ""
    pact_pointer: str = ""
    provider_pointer: str = ""
    method: str = ""
    path: str = ""
    causes: "tuple[Result, ...]" = ()

    @property
    def level(self) -> Level:
        """How bad it is."""
        return LEVELS[self.code]

    @property
    def operation(self) -> str:
        """The operation, as people call it; empty where none was found."""
        return f"{self.method.upper()} {self.path}".strip()
