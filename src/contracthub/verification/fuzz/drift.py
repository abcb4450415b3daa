"""Where the running provider does not keep what its published document promises."""

from collections.abc import Iterator
from datetime import UTC, datetime

from contracthub.domain.errors import HubError
from contracthub.formats.changes import Change, Severity
from contracthub.formats.differences import difference
from contracthub.formats.uploads import Upload
from contracthub.verification.fuzz.sightings import DRIFT, Sighting
from contracthub.verification.fuzz.sources import Source

MOST_CHANGES = 50
_FILES = {"openapi": "openapi.json", "graphql": "schema.graphql"}


def drift(published: Source, running: Source) -> Iterator[Sighting]:
    """Every breaking difference, as a fault of the provider that runs.

    What it offers beyond its document hurts nobody. Raises HubError for a document that can't be compared.
    """
    name = _FILES[published.kind]
    old, new = (Upload(name, {name: source.text.encode()}) for source in (published, running))
    found = difference(published.kind, old, new, today=datetime.now(UTC).date())
    breaking = [change for change in found.changes if change.severity is Severity.BREAKING]
    for change in breaking[:MOST_CHANGES]:
        for operation in change.operations[:MOST_CHANGES] or ("document",):
            yield _sighting(operation, change, published, running)


def drift_or_why(published: Source, running: Source) -> tuple[list[Sighting], str | None]:
    """The same as a list, or why there is none to be had."""
    try:
        return list(drift(published, running)), None
    except HubError as error:
        return [], f"The published document can't be compared with the running provider's: {error.message}"


def _sighting(operation: str, change: Change, published: Source, running: Source) -> Sighting:
    return Sighting(
        operation=operation,
        check=DRIFT,
        code="CH401",
        failure=change.id,
        title="The running provider breaks its published document",
        message=f"{change.message} (published in {published.place}, served at {running.place})",
        place=change.fingerprint,
    )
