"""What the numbers of coverage mean."""

from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.coverage import Coverage, CoveredPart, PartKind

_parts = st.builds(
    CoveredPart,
    st.sampled_from(PartKind),
    st.just("GET /"),
    st.just("openapi"),
    st.just("1"),
    st.sampled_from([(), ("Foo 1",), ("Foo 1", "Foo 2")]),
    st.lists(st.sampled_from(EvidenceKind), unique=True).map(tuple),
)


def coverage(*parts: CoveredPart) -> Coverage:
    return Coverage("Bar", ("openapi of 1",), ("production",), parts, ())


@given(st.lists(_parts, max_size=12))
def test_no_more_is_verified_than_is_needed_and_no_more_needed_than_offered(parts: list[CoveredPart]) -> None:
    found = coverage(*parts)
    assert sum(each.count for each in found.totals) == len(parts)
    for each in found.totals:
        counts = [count for _, count in each.by_evidence]
        assert max(counts) <= each.verified <= min(each.needed, sum(counts))
        assert each.needed <= each.count
    assert (found.percent == 100) is not any(each.is_unverified for each in parts)
    assert 0 <= found.percent <= 100


@given(st.lists(_parts, max_size=12), _parts)
def test_a_part_that_nobody_needs_does_not_change_the_share(parts: list[CoveredPart], one: CoveredPart) -> None:
    unneeded = CoveredPart(one.kind, one.element, one.document, one.version, (), one.evidence)
    assert coverage(*parts, unneeded).percent == coverage(*parts).percent


def test_the_share_is_rounded_down() -> None:
    good = CoveredPart(PartKind.FIELD, "a", "d", "1", ("Foo 1",), (EvidenceKind.COMPARED,))
    bad = CoveredPart(PartKind.FIELD, "b", "d", "1", ("Foo 1",))
    assert coverage(good, good, bad).percent == 66
