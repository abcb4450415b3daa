"""What a webhook is told of an event: the values of its template parameters (pact-broker-api §14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracthub.domain.contracts import Publication
from contracthub.domain.live_contracts import LivePublication
from contracthub.domain.webhook_templates import CONTRACT_KIND, CONTRACT_NAME, status_parameters
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.webhooks import ProviderVersionFacts, ResultFacts


@dataclass(frozen=True, slots=True)
class Cause:
    """What happened to which contract. ``provider_version`` is the one that an event is about, where that is not the
    one of the result.
    """

    event_name: str
    publication: Publication
    result: ResultFacts | None = None
    provider_version: ProviderVersionFacts | None = None
    build_url: str | None = None

    @property
    def told_version(self) -> ProviderVersionFacts | None:
        """The provider version that is told of."""
        return self.provider_version or (self.result.provider_version if self.result else None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Tags, branches and labels around several causes, read at once."""

    tags: Mapping[int, str]
    branches: Mapping[int, str]
    labels: Mapping[int, str]
    deployed: Mapping[int, str]


def surroundings_of(unit: Unit, causes: Sequence[Cause]) -> Surroundings:
    """What is around those causes, in as many questions for many as for one."""
    versions = {each.publication.version_id for each in causes}
    versions |= {each.told_version.id for each in causes if each.told_version}
    providers = {each.publication.provider_id for each in causes}
    pacticipants = providers | {each.publication.consumer_id for each in causes}
    tags, branches = unit.versions.tags_of(versions), unit.versions.branches_of(versions)
    deployed = unit.deployments.deployed_of_pacticipants(providers)
    return Surroundings(
        {key: ", ".join(tag.name for tag in found) for key, found in tags.items()},
        {key: found[0].name for key, found in branches.items() if found},
        {key: ", ".join(each.name for each in found) for key, found in unit.pacticipants.labels(pacticipants).items()},
        {key: ", ".join(dict.fromkeys(each.version_number for each in found)) for key, found in deployed.items()},
    )


def parameters_of(hub: Hub, cause: Cause, around: Surroundings) -> dict[str, str]:
    """The values of all parameters; empty where there is none."""
    it, provided = cause.publication, cause.told_version
    found = {
        "eventName": cause.event_name,
        "consumerName": it.consumer_name,
        "consumerVersionNumber": it.version_number,
        "consumerVersionTags": around.tags.get(it.version_id, ""),
        "consumerVersionBranch": around.branches.get(it.version_id, ""),
        "consumerLabels": around.labels.get(it.consumer_id, ""),
        "providerName": it.provider_name,
        "providerLabels": around.labels.get(it.provider_id, ""),
        "currentlyDeployedProviderVersionNumber": around.deployed.get(it.provider_id, ""),
        "buildUrl": cause.build_url or "",
        "pactUrl": hub.addresses.pact(it) if hub.addresses else "",
        **status_parameters(success=cause.result.success if cause.result else None),
    }
    if isinstance(it, LivePublication):
        found |= {CONTRACT_KIND: it.kind.value, CONTRACT_NAME: it.name}
    if provided:
        found |= {
            "providerVersionNumber": provided.number,
            "providerVersionTags": around.tags.get(provided.id, ""),
            "providerVersionBranch": around.branches.get(provided.id, ""),
            "providerVersionDescriptions": ", ".join(provided.descriptions),
        }
        if provided.is_deployed:
            found["currentlyDeployedProviderVersionNumber"] = provided.number
    if cause.result and hub.addresses:
        found["verificationResultUrl"] = hub.addresses.result(it, cause.result.number)
    return found
