"""The version that a regression is told against: the evidence of what is deployed, or a report in a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from contracthub.client.environments import deployed_anywhere_in, environment_named, list_environments
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.domain.latency_digests import LatencyDigest
from contracthub.domain.typed_documents import NotOfType
from contracthub.domain.verification_runs import RunReport, Suite, run_from_json
from contracthub.verification.suites import Target

LARGEST_REPORT = 64 * 1024 * 1024
# Reports without the suite are many where only contracts are verified; older ones than these are too old to compare.
_NEWEST = 20


class NoBaseline(Exception):
    """There is nothing to compare with; the text says why."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The digests of an earlier version by the names of their loads; ``version`` says whose they are."""

    version: str
    digests: Mapping[str, LatencyDigest] = field(default_factory=dict)

    def of(self, measured: LatencyDigest) -> LatencyDigest:
        """What this is to be compared with. Raises NoBaseline where it was not measured so, or elsewhere."""
        found = self.digests.get(measured.load_sha)
        if found is None:
            raise NoBaseline(f"{self.version} was not measured under this load")
        if found.share != measured.share:
            raise NoBaseline(f"of {self.version} another quantile was measured")
        if found.machine != measured.machine:
            raise NoBaseline(f"{self.version} was measured elsewhere ({found.machine}, here {measured.machine})")
        return found


def baseline_for(target: Target) -> Baseline:
    """The baseline of a run. Raises NoBaseline."""
    if target.baseline_report:
        return _in_file(Path(target.baseline_report))
    if target.hub is None:
        raise NoBaseline("no hub is asked for what is deployed; give --baseline-report")
    environment = target.settings_of(Suite.SLO).get("environment")
    try:
        return _at_hub(Hub(target.hub.connection), target, str(environment) if environment else None)
    except HubFailure as failure:
        raise NoBaseline(f"what is deployed is not known: {failure}") from failure


def _in_file(path: Path) -> Baseline:
    try:
        if path.stat().st_size > LARGEST_REPORT:
            raise NoBaseline(f"{path} is larger than {LARGEST_REPORT:,} bytes")
        report = run_from_json(path.read_bytes())
    except OSError as error:
        raise NoBaseline(f"{path} can't be read: {error.strerror}") from error
    except (ValueError, NotOfType, RecursionError) as error:
        raise NoBaseline(f"{path} is no evidence document: {error}") from error
    return _baseline(report.provider_version or str(path), report)


def _at_hub(hub: Hub, target: Target, environment: str | None) -> Baseline:
    versions = list(_deployed(hub, target.provider, environment))
    if not versions:
        where = f"in {environment}" if environment else "in a production environment"
        raise NoBaseline(f"no version of {target.provider} is deployed {where}")
    for version in versions:
        for report in _reports(hub, target.provider, version):
            baseline = _baseline(version, report)
            if baseline.digests:
                return baseline
    raise NoBaseline(f"there is no evidence of the suite slo for {', '.join(versions)}")


def _deployed(hub: Hub, provider: str, environment: str | None) -> Iterator[str]:
    """The versions that are deployed, in the order in which the hub lists environments."""
    if environment:
        environments = [environment_named(hub, environment)]
    else:
        environments = [each for each in list_environments(hub)[0] if each.production]
    seen: dict[str, None] = {}
    for each in environments:
        for deployed in deployed_anywhere_in(hub, each, pacticipant=provider):
            for version in deployed.embedded("version"):
                if number := version.text("number"):
                    seen[number] = None
    yield from seen


def _reports(hub: Hub, provider: str, version: str) -> Iterator[RunReport]:
    where = f"providers/{quote(provider, safe='')}/versions/{quote(version, safe='')}/evidence"
    url = f"{hub.connection.base_url}/api/v1/{where}"
    listed = hub.get(url, (("pageSize", str(_NEWEST)),)).data.get("evidence")
    for each in listed if isinstance(listed, list) else ():
        suites = each.get("suites") if isinstance(each, dict) else None
        if not isinstance(suites, list) or Suite.SLO.value not in suites:
            continue
        found = hub.get(f"{url}/{int(each['number'])}").data
        try:
            yield run_from_json(json.dumps(found))
        except (ValueError, NotOfType):
            continue


def _baseline(version: str, report: RunReport) -> Baseline:
    sound = (digest for run in report.suites for digest in run.digests if digest.is_sound)
    return Baseline(version, {digest.load_sha: digest for digest in sound})
