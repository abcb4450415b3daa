"""What a comparison of documents says, as values that any face can fill in and every output is written from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

BREAKING, DANGEROUS, SAFE = "breaking", "dangerous", "safe"
SEVERITIES = (BREAKING, DANGEROUS, SAFE)


@dataclass(frozen=True, slots=True)
class HitConsumer:
    """A consumer whose contract uses what changed; ``where`` is the interaction and the field that proves it.

    ``breaks``: what the contract relies on does not hold any more; otherwise it is only touched.
    """

    name: str
    version: str
    environment: str
    where: str
    breaks: bool = True


@dataclass(frozen=True, slots=True)
class ApprovedBy:
    """Who let a change through in the hub, why, and until which day."""

    by: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file; ``line`` from 1, None where the format has none."""

    file: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """One change. ``anchor`` is in the new document: for what went, the block in which it stood.

    ``approved`` lets it pass; ``approval_over`` did so once, and does not any more.
    """

    id: str
    severity: str
    direction: str
    location: str
    message: str
    fingerprint: str
    pointer_old: str | None = None
    pointer_new: str | None = None
    operations: tuple[str, ...] = ()
    spot_old: Spot | None = None
    spot_new: Spot | None = None
    anchor: Spot | None = None
    proof: str | None = None
    counterexample: str | None = None
    consumers: tuple[HitConsumer, ...] = ()
    approved: ApprovedBy | None = None
    approval_over: ApprovedBy | None = None

    @property
    def spot(self) -> Spot | None:
        """Where to look: in the new document, unless that has only the block in which something stood that went."""
        old, new = self.pointer_old, self.pointer_new
        went = old is not None and new is not None and old.startswith(f"{new}/")
        return self.spot_old if went and self.spot_old else self.spot_new or self.spot_old

    @property
    def breaks_somebody(self) -> bool:
        """Whether a consumer that is known relies on what went."""
        return any(each.breaks for each in self.consumers)

    @property
    def hurts_somebody(self) -> bool:
        """Whether it breaks a consumer that is known, and nobody let it pass."""
        return self.approved is None and self.breaks_somebody


@dataclass(frozen=True, slots=True)
class AcceptedChange:
    """A change that somebody accepted."""

    change: ReportedChange
    owner: str
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class ConsumerScope:
    """Whose contracts the changes were judged against; ``unknown`` says who could not be judged, and why."""

    provider: str
    environments: tuple[str, ...]
    judged: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The comparison of one document; ``gaps`` say what could not be compared in it.

    ``name`` is the place of the document, the same in every run of a pull request. ``left_out`` is how many changes are
    not told because they harm nobody.
    """

    format: str
    old: str
    new: str
    changes: tuple[ReportedChange, ...]
    accepted: tuple[AcceptedChange, ...] = ()
    gaps: tuple[str, ...] = ()
    name: str = ""
    left_out: int = 0

    def count(self, severity: str) -> int:
        """How many changes are of a severity, but for those that somebody let pass."""
        return sum(change.severity == severity and change.approved is None for change in self.changes)

    @property
    def approved(self) -> int:
        """How many changes somebody let pass in the hub."""
        return sum(change.approved is not None for change in self.changes)


@dataclass(frozen=True, slots=True)
class Parts:
    """Changes that are shown at once, those that are folded away, and what these have in common."""

    shown: Sequence[ReportedChange]
    folded: Sequence[ReportedChange]
    title: str


@dataclass(frozen=True, slots=True)
class DiffReport:
    """All documents that were compared. ``scope`` is None when no consumers were asked about.

    ``rules`` are sentences by id, for outputs that list them; ``notes`` are said beside the changes.
    """

    documents: tuple[DocumentReport, ...]
    scope: ConsumerScope | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> Iterator[ReportedChange]:
        """The changes of all documents."""
        return (change for document in self.documents for change in document.changes)

    def count(self, severity: str) -> int:
        """How many changes are of a severity, but for those that somebody let pass."""
        return sum(document.count(severity) for document in self.documents)

    @property
    def approved(self) -> int:
        """How many changes somebody let pass in the hub."""
        return sum(document.approved for document in self.documents)

    @property
    def left_out(self) -> int:
        """How many changes are not told because they harm nobody."""
        return sum(document.left_out for document in self.documents)

    @property
    def broken(self) -> tuple[str, ...]:
        """The names of the consumers that break by what nobody let pass."""
        return _broken(change for change in self.changes if change.approved is None)

    @property
    def broken_with_approval(self) -> tuple[str, ...]:
        """The names of those that break by what somebody let pass, and by nothing else."""
        names = _broken(change for change in self.changes if change.approved is not None)
        return tuple(each for each in names if each not in self.broken)

    def parts_of(self, document: DocumentReport) -> "Parts":
        """What of a document is shown at once, and what is folded away."""
        if self.scope is None:
            shown = [each for each in document.changes if each.severity != SAFE]
            return Parts(shown, [each for each in document.changes if each.severity == SAFE], "Safe changes")
        shown = sorted((each for each in document.changes if each.consumers), key=lambda each: not each.breaks_somebody)
        folded = [each for each in document.changes if not each.consumers]
        return Parts(shown, folded, "Used by no consumer contract that was judged")

    @property
    def deployable(self) -> bool | None:
        """Whether nobody is hurt; None when that is not known. Without consumers, any breaking change may hurt."""
        answers = [self.deployable_document(each) for each in self.documents]
        return False if False in answers else None if None in answers else True

    def deployable_document(self, document: DocumentReport) -> bool | None:
        """The same of one of the documents."""
        if self.scope is None:
            hurts = document.count(BREAKING) > 0
            is_known = not document.gaps
        else:
            hurts = any(change.hurts_somebody for change in document.changes)
            is_harmless = all(change.severity == SAFE or change.approved is not None for change in document.changes)
            is_known = not document.gaps and (is_harmless or not self.scope.unknown)
        return False if hurts else True if is_known else None


def _broken(changes: Iterable[ReportedChange]) -> tuple[str, ...]:
    return tuple(sorted({each.name for change in changes for each in change.consumers if each.breaks}))
