"""Collects what is wrong with a document while it is read, so that all of it is told at once."""

from contracthub.domain.errors import Fault
from contracthub.formats.bundle import Place
from contracthub.formats.faults import place_in
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import MOST_FAULTS


class Notes:
    """``faults`` keep a document from being used, ``warnings`` do not."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._seen: set[tuple[str, str]] = set()
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def where(self, file: str, pointer: str) -> str:
        """A place as it is told: a pointer, after the name of the file if that is not the root."""
        # What was put together from several files is told by its pointer alone.
        return pointer if file in {self._root, ""} else place_in(file, pointer)

    def fault(self, place: Place, text: str, *steps: str | int) -> None:
        """Something at ``place``, or at the steps from there, makes the document unusable."""
        self._note(self.faults, place, text, steps)

    def warning(self, place: Place, text: str, *steps: str | int) -> None:
        """Something at ``place``, or at the steps from there, is against a rule or was not read."""
        self._note(self.warnings, place, text, steps)

    def _note(self, notes: list[Fault], place: Place, text: str, steps: tuple[str | int, ...]) -> None:
        pointer = place.pointer
        for step in steps:
            pointer = child(pointer, step)
        where = self.where(place.file, pointer)
        # Parts that are used in several places are read in each.
        if (where, text) not in self._seen and len(notes) < MOST_FAULTS:
            self._seen.add((where, text))
            notes.append(Fault("", text, pointer=where))
