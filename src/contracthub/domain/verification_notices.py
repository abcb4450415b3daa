"""What people are told about a pact that they are asked to verify: the short description and the notices.

The texts are part of the interface (pact-broker-api §11 "Notices"): verifiers print them, tests are named after them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from contracthub.domain.selection import BRANCH, Line, ResolvedSelector, VerifiablePact
from contracthub.domain.selectors import SelectorKind

BEFORE = "before_verification"
_ABOUT_PENDING = "Read more at https://docs.pact.io/go/pending"
_ABOUT_WIP = "Read more at https://docs.pact.io/go/wip"
_IN_ENVIRONMENTS = {
    SelectorKind.DEPLOYED: "currently deployed to",
    SelectorKind.RELEASED: "released and supported in",
}


@dataclass(frozen=True, slots=True)
class VerificationNotice:
    """A text, and ``when`` a verifier prints it."""

    when: str
    text: str


def short_description(pact: VerifiablePact) -> str:
    """All reasons in few words; clients name tests after it."""
    return ", ".join(dict.fromkeys(_short(selector) for selector in pact.selectors))


def notices_of(pact: VerifiablePact, provider: str, url: str) -> list[VerificationNotice]:
    """The notices in their order: why it is verified, then what its pending state means, before and after."""
    notices = [VerificationNotice(BEFORE, _inclusion(pact, provider, url))]
    if pact.pending is None:
        return notices
    notices.append(VerificationNotice(BEFORE, _pending_reason(pact, provider)))
    return notices + (_outcomes(pact, provider) if pact.pending else [])


def _short(selector: ResolvedSelector) -> str:
    name = selector.name
    match selector.kind:
        case SelectorKind.LATEST:
            return "latest"
        case SelectorKind.MAIN_BRANCH:
            return "latest from main branch"
        case SelectorKind.BRANCH:
            return f"latest from branch {name}"
        case SelectorKind.LATEST_WITH_TAG:
            return f"latest with tag {name}"
        case SelectorKind.WITH_TAG:
            return f"one of {selector.consumer} {name}" if selector.consumer else f"one of {name}"
        case SelectorKind.DEPLOYED:
            return f"deployed to {name}"
        case SelectorKind.RELEASED:
            return f"released in {name}"


def _inclusion(pact: VerifiablePact, provider: str, url: str) -> str:
    if pact.wip:
        return (
            f"The pact at {url} is being verified because it is a 'work in progress' pact (ie. it is the pact for the "
            f"{_heads(pact)} and it has not yet been successfully verified by {_versions(pact.pending_for, provider)} "
            "when the pact's application version was explicitly specified in the consumer version selectors). "
            f"{_ABOUT_WIP}"
        )
    several = len(pact.selectors) > 1
    criteria = "".join(f"\n    * {criterion}" for criterion in _criteria(pact, provider))
    return (
        f"The pact at {url} is being verified because the pact content belongs to the consumer "
        f"version{'s' if several else ''} matching the following {'criteria' if several else 'criterion'}:{criteria}"
    )


def _criteria(pact: VerifiablePact, provider: str) -> Iterator[str]:
    for kind, of_kind in groupby(pact.selectors, key=lambda selector: selector.kind):
        if kind in _IN_ENVIRONMENTS:
            yield from _criteria_of_environments(_IN_ENVIRONMENTS[kind], list(of_kind))
        else:
            yield from (f"{_criterion(each, provider)} ({each.version_number})" for each in of_kind)


def _criteria_of_environments(verb: str, selectors: Sequence[ResolvedSelector]) -> Iterator[str]:
    for consumer in dict.fromkeys(selector.consumer for selector in selectors):
        places = [f"{each.name} ({each.version_number})" for each in selectors if each.consumer == consumer]
        who = f"version(s) of {consumer}" if consumer else "consumer version(s)"
        yield f"{who} {verb} {_listed(places)}"


def _criterion(selector: ResolvedSelector, provider: str) -> str:
    version = f"version of {selector.consumer}" if selector.consumer else "version"
    match selector.kind:
        case SelectorKind.LATEST:
            return f"latest version of {selector.consumer or 'a consumer'} that has a pact with {provider}"
        case SelectorKind.MAIN_BRANCH:
            return f"latest {version} from the main branch '{selector.name}'"
        case SelectorKind.BRANCH:
            return f"latest {version} from branch '{selector.name}'"
        case SelectorKind.LATEST_WITH_TAG if selector.instead_of:
            fallback = f"fallback tag used as no pact was found with tag '{selector.instead_of}'"
            return f"latest {version} tagged '{selector.name}' ({fallback})"
        case SelectorKind.LATEST_WITH_TAG:
            return f"latest {version} tagged '{selector.name}'"
        case _:
            return f"all {selector.consumer or 'consumer'} versions tagged '{selector.name}'"


def _heads(pact: VerifiablePact) -> str:
    branches = [each.name or "" for each in pact.selectors if each.kind is SelectorKind.BRANCH]
    tags = [each.name or "" for each in pact.selectors if each.kind is SelectorKind.LATEST_WITH_TAG]
    parts = []
    if branches:
        parts.append(f"from {'branch' if len(branches) == 1 else 'branches'} {_quoted(branches)}")
    if tags:
        parts.append(f"tagged with {_quoted(tags)}")
    version = "version" if 1 in {len(branches), len(tags)} else "versions"
    same = {1: "", 2: " (both have the same content)"}.get(len(pact.selectors), " (all have the same content)")
    return f"latest {version} of {pact.consumer_name} {' and '.join(parts)}{same}"


def _pending_reason(pact: VerifiablePact, provider: str) -> str:
    if not pact.pending:
        who = _versions(pact.settled_for, provider, several="a version")
        return (
            f"This pact has previously been successfully verified by {who}. If this verification fails, it will fail "
            f"the build. {_ABOUT_PENDING}"
        )
    cause = "it was included as a 'work in progress' pact"
    if not pact.wip:
        who = _versions(pact.pending_for, provider)
        cause = f"a successful verification result for {who} has not yet been published"
    return (
        f"This pact is in pending state for this version of {provider} because {cause}. If this verification fails, it "
        f"will not cause the overall build to fail. {_ABOUT_PENDING}"
    )


def _outcomes(pact: VerifiablePact, provider: str) -> list[VerificationNotice]:
    who = _versions(pact.pending_for, provider, one="any version", several="any versions")
    tags = [line for line in pact.pending_for if line.kind != BRANCH]
    these = ("", "with this tag ")[len(tags)] if len(tags) < 2 else "with these tags "
    failed = (
        f"This pact is still in pending state for {who} as a successful verification result {these}has not yet "
        "been published"
    )
    unpublished = (
        f"This pact is still in pending state for {who} as the successful verification results {these}have not yet "
        "been published."
    )
    published = (
        f"This pact is no longer in pending state for {who}, as a successful verification result {these}has been "
        f"published. If a verification for a version of {provider} {these}fails in the future, it will fail the build. "
        f"{_ABOUT_PENDING}"
    )
    return [
        VerificationNotice("after_verification:success_true_published_false", unpublished),
        VerificationNotice("after_verification:success_false_published_false", failed),
        VerificationNotice("after_verification:success_true_published_true", published),
        VerificationNotice("after_verification:success_false_published_true", failed),
    ]


def _versions(lines: Sequence[Line], provider: str, one: str = "a version", several: str = "a versions") -> str:
    # "a versions … with tag 'x' and 'y'" is the Pact Broker's own wording.
    names = [line.name for line in lines]
    if not lines:
        return provider
    if lines[0].kind == BRANCH:
        return f"{one} of {provider} from branch '{names[0]}'"
    return f"{one if len(names) == 1 else several} of {provider} with tag {_quoted(names)}"


def _quoted(names: Iterable[str]) -> str:
    return _listed([f"'{name}'" for name in names])


def _listed(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them.

    >>> _listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
