"""The suite ``policies``: rule packs that somebody switched on, held against the running provider."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from contracthub.domain.errors import HubError
from contracthub.domain.verification_runs import Check, CheckStatus, Suite, SuiteRun
from contracthub.formats.openapi.parse import parse
from contracthub.verification.fuzz.sources import ProviderAway, Source, Sources, sources_for
from contracthub.verification.policies.judging import checks_of, expired, unused, waived
from contracthub.verification.policies.look import MOST_REQUESTS, Look, OutOfTime
from contracthub.verification.policies.rules import Observation, Rule, catalogue
from contracthub.verification.policies.settings import NotSettings, PolicySettings, is_switched_on, settings_from
from contracthub.verification.policies.surface import Surface
from contracthub.verification.run_secrets import secrets_in
from contracthub.verification.suites import Target, Watcher

TOOL = "contracthub"
NOTHING_ON = (
    "No rule pack is switched on: name some in [verify.policies] packs, or with --policy. `default` is those that need "
    "no settings."
)
NO_DOCUMENT = (
    "Rules are run from the provider's OpenAPI document, and it serves none in the usual places: give --openapi."
)
# For removing what was made.
_TO_TIDY = 5.0


def run(target: Target, watcher: Watcher, deadline: float) -> SuiteRun:
    """Holds the provider against the rules that are switched on; where none is, there is nothing to do."""
    started = time.monotonic()
    table = target.settings_of(Suite.POLICIES)
    if not is_switched_on(table):
        return SuiteRun(suite=Suite.POLICIES, checks=(), notices=(NOTHING_ON,))
    rules = catalogue()
    try:
        settings = settings_from(table, rules)
        chosen = [each for each in rules.values() if settings.wants(each)]
        sources = sources_for(target, kinds=("openapi",))
        surface, published = _surfaces(sources)
        look = Look(
            target,
            sources.found[0].base_url if sources.found else target.base_url,
            settings,
            surface,
            deadline,
            published=published,
        )
        return _looked(look, chosen, sources, watcher, started)
    except (NotSettings, ProviderAway) as fault:
        return SuiteRun(suite=Suite.POLICIES, checks=(), problems=(str(fault),), tool=TOOL)


def _surfaces(sources: Sources) -> tuple[Surface, Surface | None]:
    """What is served or was said, and what was published, where both are known."""
    if not sources.found:
        return Surface(parse(b'{"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}}')), None
    published = sources.drifts[0][0] if sources.drifts else None
    return _surface(sources.found[0]), None if published is None else _surface(published)


def _surface(source: Source) -> Surface:
    try:
        return Surface(parse(source.text))
    except HubError as error:
        raise NotSettings(f"{source.place}: {error.message}") from error


def _looked(look: Look, chosen: list[Rule], sources: Sources, watcher: Watcher, started: float) -> SuiteRun:
    watcher.suite(Suite.POLICIES.value, None)
    problems = list(sources.problems)
    notices = () if sources.found or sources.problems else (NO_DOCUMENT,)
    secrets = _secrets(look.settings, look)
    today = datetime.now(UTC).date()
    checks: list[Check] = []
    try:
        for check in _checks(look, chosen, secrets, watcher):
            for passing in waived([check], look.settings.waivers, today):
                checks.append(passing)
                watcher.done(passing)
    except OutOfTime:
        ended = f"the deadline (--timeout) had passed, or {MOST_REQUESTS:,} requests were made"
        problems.append(f"Not all rules were run: {ended} after {len(checks)} checks.")
    checks += expired(look.settings.waivers, today)
    look.deadline = max(look.deadline, time.monotonic() + _TO_TIDY)
    try:
        look.tidy()
    except OutOfTime:
        problems.append("The deadline (--timeout) had passed, so that what was made could not be removed.")
    problems += dict.fromkeys(look.faults)
    problems += [f"The provider gave no answer to {name}: {why}." for name, why in look.journal.silent.items()]
    return SuiteRun(
        suite=Suite.POLICIES,
        checks=tuple(checks),
        problems=tuple(problems),
        seconds=round(time.monotonic() - started, 3),
        tool=TOOL,
        examples=look.journal.requests,
        latencies={name: tuple(samples) for name, samples in look.journal.latencies.items()},
        exercised={name: tuple(sorted(codes)) for name, codes in look.journal.exercised.items()},
        covered={name: operations for name, operations in look.covered.items() if operations},
        notices=(*notices, *unused(checks, look.settings.waivers, chosen, today)),
    )


def _checks(look: Look, chosen: list[Rule], secrets: tuple[str, ...], watcher: Watcher) -> Iterator[Check]:
    for rule in chosen:
        watcher.news(rule.id, examples=look.journal.requests)
        seen: list[Observation] = []
        try:
            # What was seen counts also where the time is over in the middle of it.
            seen.extend(rule.look(look))
        except OutOfTime:
            checks = checks_of(look, rule, seen, secrets)
            yield from (each for each in checks if each.status is not CheckStatus.SKIPPED)
            raise
        except NotSettings as fault:
            look.faults.append(str(fault))
            continue
        yield from checks_of(look, rule, seen, secrets)


def _secrets(settings: PolicySettings, look: Look) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*settings.secrets, *secrets_in(look.target.headers))))
