"""The texts that verifiers print, word for word (pact-broker-api §11)."""

from dataclasses import replace

import pytest

from contracthub.domain.selection import (
    BRANCH,
    TAG,
    Candidate,
    Line,
    VerifiablePact,
    found_by,
    found_by_fallback,
    merged,
)
from contracthub.domain.selectors import ConsumerVersionSelector, SelectorKind
from contracthub.domain.verification_notices import notices_of, short_description

URL = "http://hub/pacts/provider/Bar/consumer/Foo/pact-version/abc"
MAIN = Line(BRANCH, "main")
AFTER = "after_verification:"
MORE = "Read more at https://docs.pact.io/go/pending"


def entry(*selected: tuple[ConsumerVersionSelector, str | None, int], wip: bool = False) -> VerifiablePact:
    found = []
    for selector, name, version in selected:
        candidate = Candidate(1, "abc", "Foo", version, str(version), name)
        use = found_by_fallback if selector.fallback_tag else found_by
        found += use(selector, [candidate])
    (pact,) = merged(found, wip=wip)
    return pact


def select(kind: SelectorKind, name: str | None = None, consumer: str | None = None) -> ConsumerVersionSelector:
    return ConsumerVersionSelector(kind, name, consumer)


CRITERIA = [
    (select(SelectorKind.LATEST), None, "latest", "latest version of a consumer that has a pact with Bar (2)"),
    (select(SelectorKind.LATEST, None, "Foo"), None, "latest", "latest version of Foo that has a pact with Bar (2)"),
    (select(SelectorKind.LATEST_WITH_TAG, "T"), "T", "latest with tag T", "latest version tagged 'T' (2)"),
    (
        ConsumerVersionSelector(SelectorKind.LATEST_WITH_TAG, "T", None, "F"),
        "F",
        "latest with tag F",
        "latest version tagged 'F' (fallback tag used as no pact was found with tag 'T') (2)",
    ),
    (
        select(SelectorKind.MAIN_BRANCH),
        "main",
        "latest from main branch",
        "latest version from the main branch 'main' (2)",
    ),
    (
        select(SelectorKind.MAIN_BRANCH, None, "Foo"),
        "main",
        "latest from main branch",
        "latest version of Foo from the main branch 'main' (2)",
    ),
    (select(SelectorKind.BRANCH, "B"), "B", "latest from branch B", "latest version from branch 'B' (2)"),
    (select(SelectorKind.WITH_TAG, "T"), "T", "one of T", "all consumer versions tagged 'T' (2)"),
    (select(SelectorKind.WITH_TAG, "T", "Foo"), "T", "one of Foo T", "all Foo versions tagged 'T' (2)"),
    (
        select(SelectorKind.DEPLOYED),
        "prod",
        "deployed to prod",
        "consumer version(s) currently deployed to prod (2)",
    ),
    (
        select(SelectorKind.DEPLOYED, None, "Foo"),
        "prod",
        "deployed to prod",
        "version(s) of Foo currently deployed to prod (2)",
    ),
    (
        select(SelectorKind.RELEASED),
        "prod",
        "released in prod",
        "consumer version(s) released and supported in prod (2)",
    ),
]


@pytest.mark.parametrize(("selector", "name", "short", "criterion"), CRITERIA, ids=lambda each: str(each)[:40])
def test_each_criterion(selector: ConsumerVersionSelector, name: str | None, short: str, criterion: str) -> None:
    pact = entry((selector, name, 2))
    assert short_description(pact) == short
    (notice,) = notices_of(pact, "Bar", URL)
    assert notice.when == "before_verification"
    assert notice.text == (
        f"The pact at {URL} is being verified because the pact content belongs to the consumer version matching the "
        f"following criterion:\n    * {criterion}"
    )


def test_several_criteria_are_listed_and_places_of_one_kind_share_a_line() -> None:
    deployed = select(SelectorKind.DEPLOYED)
    pact = entry(
        (deployed, "test", 1), (deployed, "prod", 2), (deployed, "stage", 2), (select(SelectorKind.LATEST), None, 2)
    )
    assert short_description(pact) == "latest, deployed to prod, deployed to stage, deployed to test"
    assert notices_of(pact, "Bar", URL)[0].text == (
        f"The pact at {URL} is being verified because the pact content belongs to the consumer versions matching the "
        "following criteria:\n    * latest version of a consumer that has a pact with Bar (2)"
        "\n    * consumer version(s) currently deployed to prod (2), stage (2) and test (1)"
    )


def test_what_pending_means_before_and_after() -> None:
    pact = replace(entry((select(SelectorKind.LATEST), None, 2)), pending=True, pending_for=(MAIN,))
    notices = notices_of(pact, "Bar", URL)
    assert [notice.when for notice in notices] == [
        "before_verification",
        "before_verification",
        f"{AFTER}success_true_published_false",
        f"{AFTER}success_false_published_false",
        f"{AFTER}success_true_published_true",
        f"{AFTER}success_false_published_true",
    ]
    assert notices[1].text == (
        "This pact is in pending state for this version of Bar because a successful verification result for a version "
        "of Bar from branch 'main' has not yet been published. If this verification fails, it will not cause the "
        f"overall build to fail. {MORE}"
    )
    assert notices[4].text.startswith(
        "This pact is no longer in pending state for any version of Bar from branch 'main', "
    )


def test_a_settled_pact_says_who_has_verified_it() -> None:
    pact = replace(entry((select(SelectorKind.LATEST), None, 2)), pending=False, settled_for=(MAIN,))
    _, notice = notices_of(pact, "Bar", URL)
    assert notice.text == (
        "This pact has previously been successfully verified by a version of Bar from branch 'main'. If this "
        f"verification fails, it will fail the build. {MORE}"
    )


@pytest.mark.parametrize(
    ("names", "who"),
    [
        ((), "Bar"),
        (("dev",), "a version of Bar with tag 'dev'"),
        (("dev", "prod"), "a versions of Bar with tag 'dev' and 'prod'"),
    ],
)
def test_pending_for_tags_or_for_nobody_in_particular(names: tuple[str, ...], who: str) -> None:
    lines = tuple(Line(TAG, name) for name in names)
    pact = replace(entry((select(SelectorKind.LATEST), None, 2)), pending=True, pending_for=lines)
    assert f"a successful verification result for {who} has not yet" in notices_of(pact, "Bar", URL)[1].text


@pytest.mark.parametrize(
    ("heads", "words"),
    [
        ([(SelectorKind.BRANCH, "feat-x")], "latest version of Foo from branch 'feat-x' and it has"),
        ([(SelectorKind.LATEST_WITH_TAG, "x")], "latest version of Foo tagged with 'x' and it has"),
        (
            [(SelectorKind.BRANCH, "a"), (SelectorKind.BRANCH, "b")],
            "latest versions of Foo from branches 'a' and 'b' (both have the same content) and it has",
        ),
        (
            [(SelectorKind.BRANCH, "a"), (SelectorKind.LATEST_WITH_TAG, "x"), (SelectorKind.LATEST_WITH_TAG, "y")],
            "latest version of Foo from branch 'a' and tagged with 'x' and 'y' (all have the same content) and it has",
        ),
    ],
)
def test_work_in_progress_names_its_heads(heads: list[tuple[SelectorKind, str]], words: str) -> None:
    found = entry(*((ConsumerVersionSelector(kind), name, 2) for kind, name in heads), wip=True)
    first, second, *_ = notices_of(replace(found, pending=True, pending_for=(MAIN,)), "Bar", URL)
    assert first.text.startswith(
        f"The pact at {URL} is being verified because it is a 'work in progress' pact (ie. it is"
    )
    assert (
        f"it is the pact for the {words} not yet been successfully verified by a version of Bar from branch 'main'"
        in first.text
    )
    assert "because it was included as a 'work in progress' pact. If" in second.text
