"""Makes results for one interaction: where it stands in the pact, and for which operation, is known here once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracthub.formats.comparisons.pact_openapi.pact_file import Interaction
from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.comparisons.pact_openapi.validation import Failure

_WHAT = {
    "request.path-or-method.unknown": "The path is not as the document has it",
    "request.header.incompatible": "A header of the request is not as the document has it",
    "request.query.incompatible": "The query is not as the document has it",
    "request.body.incompatible": "The request's body is not as the document has it",
    "response.header.incompatible": "A header of the response is not as the document has it",
    "response.body.incompatible": "The document does not promise such a response",
    "message.payload.incompatible": "The document does not promise such a payload",
    "message.headers.incompatible": "The document does not promise such headers",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """Results of one interaction."""

    interaction: Interaction
    method: str = ""
    path: str = ""

    def result(
        self, code: str, message: str, pact_pointer: str, provider_pointer: str = "", *, causes: Iterable[Result] = ()
    ) -> Result:
        """One result."""
        return Result(
            code=code,
            message=message,
            interaction=self.interaction.index,
            description=self.interaction.description,
            state=self.interaction.state,
            pact_pointer=pact_pointer,
            provider_pointer=provider_pointer,
            method=self.method,
            path=self.path,
            causes=tuple(causes),
        )

    def is_wrong(self, results: Iterable[Result], where: str) -> frozenset[str]:
        """The places below ``where`` at which something was found to be wrong."""
        return frozenset(
            each.pact_pointer.removeprefix(where) for each in results if each.pact_pointer.startswith(where)
        )

    def failures(self, code: str, found: Iterable[Failure], where: str, *, inside: bool = True) -> Iterator[Result]:
        """A result for each way in which a value fails; ``inside``: the value's own places count."""
        for failure in found:
            place = failure.value_pointer or "the whole"
            told = failure.text if failure.code else f"{_WHAT[code]}: {place} {failure.text}"
            place = where + (failure.value_pointer if inside else "")
            yield self.result(failure.code or code, told, place, failure.schema_pointer)
