"""What becomes of observations: checks, findings that have a name over runs, and what a waiver lets pass."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from contracthub.domain.findings import Finding, fingerprint_of
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.verification.fuzz.sightings import blotted
from contracthub.verification.fuzz.wire import Call, curl_for, path_of, shown_request
from contracthub.verification.policies.look import Look
from contracthub.verification.policies.making import ANY_JSON
from contracthub.verification.policies.rules import Observation, Rule, Severity
from contracthub.verification.policies.waivers import Waiver

_MOST_NOTED = 3
_MOST_NAMED = 2
_LONGEST = 1_000
NOTHING = "Nothing of the provider is what this rule is about."


def checks_of(look: Look, rule: Rule, seen: Iterable[Observation], secrets: tuple[str, ...]) -> Iterator[Check]:
    """A failed check for each operation that breaks a rule, one that passed for all that keep it.

    Where a rule has nothing to look at, one that is skipped says why.
    """
    by_operation: dict[str, list[Observation]] = {}
    for each in seen:
        by_operation.setdefault(each.operation, []).append(each)
    if not by_operation:
        why = look.reasons.get(rule.id, NOTHING)
        yield Check(suite=Suite.POLICIES, name=rule.id, status=CheckStatus.SKIPPED, error=blotted(why, secrets))
    look.covered[rule.id] = tuple(by_operation)
    kept: list[str] = []
    for operation, observations in by_operation.items():
        faults = list({each.place or each.fault: each for each in observations if each.fault}.values())
        if faults:
            yield _failed(look, rule, faults, secrets)
        else:
            kept.append(operation)
    if kept:
        yield _passed(rule, kept)


def _passed(rule: Rule, kept: list[str]) -> Check:
    told = ", ".join(kept) if len(kept) <= _MOST_NAMED else f"{len(kept)} operations"
    return Check(
        suite=Suite.POLICIES,
        name=rule.id,
        status=CheckStatus.PASSED,
        operation=kept[0] if len(kept) == 1 else "",
        notes=(f"Kept by {told}.",),
    )


def _failed(look: Look, rule: Rule, faults: list[Observation], secrets: tuple[str, ...]) -> Check:
    first, *others = faults
    finding = _finding(look, rule, first, secrets)
    notes = [f"To mend it: {rule.mending}"]
    notes += [blotted(f"Also: {each.fault}", secrets)[:_LONGEST] for each in others[:_MOST_NOTED]]
    status = CheckStatus.FAILED
    if _is_below(rule.severity, look.settings.least):
        status = CheckStatus.PENDING
        notes.append(f"Its severity is {rule.severity}, and least-severity is {look.settings.least}.")
    return Check(
        suite=Suite.POLICIES,
        name=f"{rule.id} {first.operation}",
        status=status,
        operation=first.operation,
        status_code=first.status,
        error=finding.message,
        finding=finding,
        notes=tuple(notes),
    )


def _is_below(severity: Severity, least: Severity) -> bool:
    order = list(Severity)
    return order.index(severity) > order.index(least)


def _finding(look: Look, rule: Rule, seen: Observation, secrets: tuple[str, ...]) -> Finding:
    prefix = path_of(look.base_url)
    call = None if seen.call is None else _whole(seen.call, prefix)
    curl = "" if call is None else curl_for(call, look.base_url, verify_tls=look.target.verify_tls)
    shown = None if call is None else shown_request(call, path_of(look.target.base_url))
    return Finding(
        fingerprint=fingerprint_of(seen.operation, rule.id, "policy", seen.place),
        operation=seen.operation,
        check=rule.id,
        code=rule.id,
        title=rule.title,
        message=blotted(seen.fault, secrets)[:_LONGEST],
        curl=blotted(curl, secrets),
        status_code=seen.status,
        request=None if shown is None else json.loads(blotted(json.dumps(shown), secrets)),
    )


def _whole(call: Call, prefix: str) -> Call:
    """The request as it went over the wire, but for what every one of them carries."""
    plain = call.without_header("accept") if call.header("accept") == ANY_JSON else call
    return replace(plain, path=prefix + call.path)


def waived(checks: Iterable[Check], waivers: tuple[Waiver, ...], today: date) -> Iterator[Check]:
    """The checks, those that fail as known where a waiver covers them that is not over."""
    counting = [each for each in waivers if not each.is_over(today)]
    for check in checks:
        if check.status is not CheckStatus.FAILED or check.finding is None:
            yield check
            continue
        found = next((each for each in counting if each.covers(check.finding.check, check.operation)), None)
        if found is None:
            yield check
            continue
        note = f"Waived by {found.owner} until {found.until.isoformat()}: {found.reason}"
        yield replace(check, status=CheckStatus.KNOWN, notes=(*check.notes, note))


def expired(waivers: tuple[Waiver, ...], today: date) -> Iterator[Check]:
    """A failed check for each waiver that is over: somebody has to mend, or to decide anew."""
    for each in waivers:
        if each.is_over(today):
            yield Check(
                suite=Suite.POLICIES,
                name=f"waiver {each.rule} {each.operation}",
                status=CheckStatus.FAILED,
                operation="" if each.operation == "*" else each.operation,
                error=f"The waiver of {each.rule} for {each.operation} by {each.owner} is over since "
                f"{each.until.isoformat()}: mend it, or decide anew.",
                notes=(f"It was given because: {each.reason}",),
            )


def unused(checks: Iterable[Check], waivers: tuple[Waiver, ...], rules: Iterable[Rule], today: date) -> Iterator[str]:
    """A sentence for each waiver that nothing needs, of rules that were run; what is over is told otherwise."""
    seen = [(each.finding.check, each.operation) for each in checks if each.finding is not None]
    ids = [each.id for each in rules]
    for waiver in waivers:
        is_run = any(waiver.is_for(each) for each in ids)
        if is_run and not waiver.is_over(today) and not any(waiver.covers(*each) for each in seen):
            yield f"The waiver of {waiver.rule} for {waiver.operation} by {waiver.owner} lets nothing pass."
