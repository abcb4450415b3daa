"""Coverage of what a provider offers, as a person reads it."""

from collections.abc import Iterable, Iterator, Sequence

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.coverage import Coverage, CoveredPart, PartKind, Totals
from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.tables import terminal_table
from contracthub.reports.visible import visible

MOST_LISTED = 50
_HEADINGS = ("", "OFFERED", "NEEDED", "VERIFIED", *(each.value.upper() for each in EvidenceKind))


def coverage_for_terminal(found: Coverage, palette: Palette = PLAIN) -> str:
    """The numbers, then what nobody needs, what nothing verifies, and what was never replayed."""
    places = ", ".join(found.environments) or "no environment"
    head = [
        palette.paint(visible(f"Coverage of {', '.join(found.documents)} of {found.provider}"), "bold"),
        visible(f"by consumers in {places}: {found.percent} % of what is needed has evidence."),
    ]
    table = terminal_table(_HEADINGS, [_row(each) for each in found.totals]) if found.totals else []
    return "\n".join([*head, *table, *_lists(found, palette)])


def _row(totals: Totals) -> Sequence[str]:
    numbers = (totals.count, totals.needed, totals.verified, *(count for _, count in totals.by_evidence))
    return (f"{totals.kind.value}s", *map(str, numbers))


def _lists(found: Coverage, palette: Palette) -> Iterator[str]:
    unneeded = [each for each in found.parts if not each.is_needed and each.kind is not PartKind.FIELD]
    yield from _listed("Nobody who lives there needs", map(_name, unneeded), palette)
    yield from _listed(
        "Needed, and nothing verifies it", (_needed(each) for each in found.parts if each.is_unverified), palette
    )
    yield from _listed(
        "Never replayed",
        (
            f"{each.consumer} {each.version}, {each.kind}: {each.interaction} (by {each.provider_version})"
            for each in found.never_replayed
        ),
        palette,
    )
    yield from _listed("Not known", (f"{each.consumer} {each.version} {each.why}" for each in found.unknown), palette)
    if found.is_cut:
        yield palette.paint("There is more than is looked at: the lists are not whole.", "yellow")


def _listed(title: str, lines: Iterable[str], palette: Palette) -> Iterator[str]:
    listed = list(lines)
    if not listed:
        return
    yield palette.paint(f"{title}: {len(listed)}", "bold")
    yield from (f"  {visible(each)}" for each in listed[:MOST_LISTED])
    if len(listed) > MOST_LISTED:
        yield palette.paint(f"  and {len(listed) - MOST_LISTED} more", "dim")


def _name(part: CoveredPart) -> str:
    return part.element


def _needed(part: CoveredPart) -> str:
    return f"{part.element}: {', '.join(part.consumers)}"
