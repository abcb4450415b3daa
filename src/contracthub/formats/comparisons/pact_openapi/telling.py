"""Results of a comparison as findings: with a place in the data, and what would mend it."""

from collections.abc import Mapping

from contracthub.domain.comparisons import Finding
from contracthub.formats.comparisons.one_document import place_in_files
from contracthub.formats.comparisons.pact_openapi.results import Result

_MOST_CAUSES = 3
# By the beginning of the code; the first that fits.
_REMEDIES: Mapping[str, str] = {
    "response.body.narrower": "Let the consumer take these too, or narrow what the document allows.",
    "response.header.narrower": "Let the consumer take these too, or narrow what the document allows.",
    "response.body.unpromised": "Say in the document which values come, or let the consumer take others.",
    "response.body.optional": "Let the consumer do without it, or let the document say that it is required.",
    "response.body.nullable": "Let the consumer take null, or let the document say that it never is.",
    **dict.fromkeys(
        ("request.path.wider", "request.query.wider", "request.header.wider", "request.body.wider"),
        "Narrow the consumer's rule to what the document takes, or let the provider take more and document it.",
    ),
    "interaction.malformed": "Mend the interaction as the Pact specification has it, and publish the pact again.",
    "document": "Mend this part of the provider's document, and publish it again.",
    "request.path-or-method": "Let the consumer ask for what the document has, or add the operation to the provider.",
    "request.authorization": "Let the consumer send the credentials that the document asks for.",
    "request": "Let the consumer send what the document accepts, or let the provider accept and document it.",
    "response.status": "Add the status to the operation in the document, if the provider answers so.",
    "response": "Let the provider promise this in its document, or let the consumer do without it.",
    "message": "Let the provider promise this in its document, or let the consumer do without it.",
}


def finding_from(result: Result, document: str, root: str, *, is_v4: bool = False) -> Finding:
    """The finding that a result is; ``document`` is the name of the provider's document, ``root`` of its file.

    ``is_v4``: the pact wraps bodies (bidirectional §7), which is nothing of the data.
    """
    file, pointer = place_in_files(root, result.provider_pointer)
    causes = "; ".join(dict.fromkeys(each.message for each in result.causes[:_MOST_CAUSES]))
    return Finding(
        rule=result.code,
        path=_path(result.pact_pointer, is_v4=is_v4),
        message=f"{result.message}: {causes}" if causes else result.message,
        remedy=next(text for start, text in _REMEDIES.items() if result.code.startswith(start)),
        consumer_pointer=result.pact_pointer or None,
        provider_pointer=(pointer if file == root else f"{file}#{pointer}") or None,
        level=result.level,
        interaction=result.interaction,
        description=result.description,
        operation=result.operation,
        document=document,
    )


def _path(pointer: str, *, is_v4: bool) -> str:
    """A place in the pact as people write it: ``response.body.items[0].sku``."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if steps[:1] == ["interactions"]:
        steps = steps[2:]
    if is_v4 and steps[1:3] == ["body", "content"]:
        del steps[2]
    told = ""
    for step in steps:
        told += f"[{step}]" if step.isdigit() and told else f".{step}" if told else step
    return told
