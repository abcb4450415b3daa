"""Pacticipants, their versions and tags (pact-broker-api §5, §6)."""

from dataclasses import dataclass

from contracthub.client.answers import JsonObject
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import MERGE_PATCH, Hub
from contracthub.client.links import Resource


@dataclass(frozen=True, slots=True)
class PacticipantProperties:
    """What can be said about a pacticipant; what is None stays as it is."""

    display_name: str | None = None
    main_branch: str | None = None
    repository_url: str | None = None

    def document(self) -> JsonObject:
        """The properties that are to be set."""
        named = {
            "displayName": self.display_name,
            "mainBranch": self.main_branch,
            "repositoryUrl": self.repository_url,
        }
        return {name: value for name, value in named.items() if value is not None}


def create_or_update_pacticipant(hub: Hub, name: str, properties: PacticipantProperties) -> tuple[Resource, bool]:
    """The pacticipant as it is afterwards, and whether it was made just now."""
    known = hub.find(hub.index().link("pb:pacticipant", pacticipant=name))
    if known is None:
        document = {"name": name} | properties.document()
        return hub.send("POST", hub.index().link("pb:pacticipants"), document), True
    changes = properties.document()
    return hub.send("PATCH", known.link("self"), changes, content_type=MERGE_PATCH, repeatable=True), False


def is_known(hub: Hub, name: str) -> bool:
    """Whether the hub has heard of the pacticipant."""
    return hub.find(hub.index().link("pb:pacticipant", pacticipant=name)) is not None


def create_or_update_version(
    hub: Hub, pacticipant: str, version: str, *, branch: str | None, tags: tuple[str, ...]
) -> Resource:
    """The version as it is afterwards: on the branch, with the tags, made when it was missing.

    A version that is there already is not written itself: to put it again would clear its build address.
    """
    if branch is not None:
        link = hub.index().link(
            "pb:pacticipant-branch-version", pacticipant=pacticipant, version=version, branch=branch
        )
        hub.send("PUT", link)
    for tag in tags:
        tag_version(hub, pacticipant, version, tag)
    url = hub.index().link("pb:pacticipant-version", pacticipant=pacticipant, version=version)
    return hub.find(url) or hub.send("PUT", url)


def pacticipant_version(hub: Hub, pacticipant: str, version: str) -> Resource:
    """One version. Raises HubAnswered 404 that says which version is missing."""
    found = hub.find(hub.index().link("pb:pacticipant-version", pacticipant=pacticipant, version=version))
    if found is None:
        raise HubAnswered(404, [f"The hub knows no version {version} of {pacticipant}."])
    return found


def latest_version(hub: Hub, pacticipant: str, tag: str | None = None) -> Resource:
    """The newest version, or the newest with a tag. Raises HubAnswered 404 when there is none."""
    if tag is None:
        url, which = hub.index().link("pb:latest-version", pacticipant=pacticipant), "no version"
    else:
        url = hub.index().link("pb:latest-tagged-version", pacticipant=pacticipant, tag=tag)
        which = f"no version with the tag {tag}"
    found = hub.find(url)
    if found is None:
        raise HubAnswered(404, [f"The hub knows {which} of {pacticipant}."])
    return found


def list_pacticipants(hub: Hub) -> tuple[tuple[Resource, ...], JsonObject]:
    """All pacticipants in the hub's order, and the document they were read from."""
    answer = hub.follow("pb:pacticipants")
    return answer.embedded("pacticipants"), answer.data


def pacticipant_named(hub: Hub, name: str) -> Resource:
    """One pacticipant. Raises HubAnswered 404 when the hub does not know it."""
    found = hub.find(hub.index().link("pb:pacticipant", pacticipant=name))
    if found is None:
        raise HubAnswered(404, [f"The hub knows no application {name}."])
    return found


def tag_version(hub: Hub, pacticipant: str, version: str, tag: str) -> Resource:
    """Puts a tag on a version, making the version when it is missing; doing it twice is the same as once."""
    url = hub.index().link("pb:pacticipant-version-tag", pacticipant=pacticipant, version=version, tag=tag)
    return hub.send("PUT", url)


def untag_version(hub: Hub, pacticipant: str, version: str, tag: str) -> bool:
    """Takes a tag off a version; whether it was there."""
    url = hub.index().link("pb:pacticipant-version-tag", pacticipant=pacticipant, version=version, tag=tag)
    return hub.delete(url)


def delete_branch(hub: Hub, pacticipant: str, branch: str) -> bool:
    """Removes a branch, not its versions; whether it was there."""
    return hub.delete(hub.index().link("pb:pacticipant-branch", pacticipant=pacticipant, branch=branch))
