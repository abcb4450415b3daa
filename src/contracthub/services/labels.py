"""Labels: words that group pacticipants."""

from contracthub.domain.errors import Invalid, NotFound
from contracthub.domain.names import faults_of_name
from contracthub.domain.pacticipants import Label, Listing, Page
from contracthub.services.hub import Hub
from contracthub.services.pacticipants import PacticipantView, required_pacticipant, views_of
from contracthub.services.ports import Unit


def put_label(hub: Hub, pacticipant: str, name: str) -> tuple[Label, bool]:
    """Label a pacticipant, creating it where missing; the second value says whether it did not have the label.

    Raises :class:`Invalid`.
    """
    if faults := faults_of_name("name", pacticipant) + faults_of_name("label", name):
        raise Invalid.of(*faults)
    with hub.writing() as unit:
        owner = unit.pacticipants.ensure([pacticipant], now=hub.now())[pacticipant]
        created = unit.labels.add(owner.id, name, now=hub.now())
        return _required(unit, pacticipant, name), created


def get_label(hub: Hub, pacticipant: str, name: str) -> Label:
    """A label of a pacticipant. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        return _required(unit, pacticipant, name)


def delete_label(hub: Hub, pacticipant: str, name: str) -> None:
    """Take a label off a pacticipant. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        if not unit.labels.remove(required_pacticipant(unit, pacticipant).id, name):
            raise _missing(pacticipant, name)


def list_labels(hub: Hub, *, page: Page | None) -> Listing[str]:
    """All labels, each once, by name."""
    with hub.reading() as unit:
        return unit.labels.names(page=page)


def list_labelled(hub: Hub, name: str, *, page: Page | None) -> Listing[PacticipantView]:
    """The pacticipants with a label, by name; none is no error."""
    with hub.reading() as unit:
        listing = unit.labels.labelled(name, page=page)
        return Listing(views_of(unit, listing.entries), listing.total, listing.page)


def _required(unit: Unit, pacticipant: str, name: str) -> Label:
    found = unit.labels.find(required_pacticipant(unit, pacticipant).id, name)
    if found is None:
        raise _missing(pacticipant, name)
    return found


def _missing(pacticipant: str, name: str) -> NotFound:
    return NotFound("label-not-found", f"Pacticipant '{pacticipant}' has no label '{name}'", pacticipant=pacticipant)
