"""Environments, and what is deployed to or released in them (pact-broker-api §12)."""

from dataclasses import dataclass

from contracthub.client.answers import JsonObject
from contracthub.client.errors import HubAnswered
from contracthub.client.hub import MERGE_PATCH, Hub, Query
from contracthub.client.links import Resource


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment as the hub describes it."""

    uuid: str
    name: str
    display_name: str
    production: bool
    resource: Resource


@dataclass(frozen=True, slots=True)
class EnvironmentChanges:
    """What is to be said about an environment; what is None stays as it is."""

    name: str | None = None
    display_name: str | None = None
    production: bool | None = None
    contact_name: str | None = None
    contact_email_address: str | None = None

    def applied_to(self, document: JsonObject) -> JsonObject:
        """The whole body that replaces the environment, because what a PUT leaves out is cleared."""
        known = {key: document[key] for key in ("name", "displayName", "production", "contacts") if key in document}
        named = {"name": self.name, "displayName": self.display_name, "production": self.production}
        body: JsonObject = known | {key: value for key, value in named.items() if value is not None}
        if self.contact_name or self.contact_email_address:
            body["contacts"] = [_contact(document.get("contacts"), self.contact_name, self.contact_email_address)]
        return body


@dataclass(frozen=True, slots=True)
class NewEnvironment:
    """What an environment is made from."""

    name: str
    display_name: str | None = None
    production: bool = False
    contact_name: str | None = None
    contact_email_address: str | None = None

    def document(self) -> JsonObject:
        """The body of the request."""
        document: JsonObject = {"name": self.name, "production": self.production}
        if self.display_name:
            document["displayName"] = self.display_name
        if self.contact_name or self.contact_email_address:
            document["contacts"] = [_contact(None, self.contact_name, self.contact_email_address)]
        return document


def _contact(known: object, name: str | None, address: str | None) -> JsonObject:
    """One contact: the first that is known, with what was said anew."""
    first = known[0] if isinstance(known, list) and known and isinstance(known[0], dict) else {}
    details = first.get("details")
    details = dict(details) if isinstance(details, dict) else {}
    if address:
        details["emailAddress"] = address
    # The name is required by the interface; an address alone has to serve as one.
    return {"name": name or first.get("name") or address, "details": details}


def list_environments(hub: Hub) -> tuple[tuple[Environment, ...], JsonObject]:
    """All environments in the hub's order, and the document they were read from."""
    answer = hub.follow("pb:environments")
    return tuple(_environment(one) for one in answer.embedded("environments")), answer.data


def create_environment(hub: Hub, environment: NewEnvironment) -> Environment:
    """Makes an environment. Raises HubAnswered 400 when the name is taken."""
    return _environment(hub.send("POST", hub.index().link("pb:environments"), environment.document()))


def environment_with_uuid(hub: Hub, uuid: str) -> Environment:
    """The environment of this uuid. Raises HubAnswered 404 when there is none."""
    found = hub.find(hub.index().link("pb:environment", uuid=uuid))
    if found is None:
        raise _no_environment(uuid)
    return _environment(found)


def update_environment(hub: Hub, uuid: str, changes: EnvironmentChanges) -> Environment:
    """The environment as it is after the changes. Raises HubAnswered 404 when there is none."""
    environment = environment_with_uuid(hub, uuid)
    url = environment.resource.find_link("self") or hub.index().link("pb:environment", uuid=uuid)
    return _environment(hub.send("PUT", url, changes.applied_to(environment.resource.data)))


def delete_environment(hub: Hub, uuid: str) -> Environment:
    """Removes an environment with its deployments and releases, and says which it was. Raises HubAnswered 404."""
    environment = environment_with_uuid(hub, uuid)
    if not hub.delete(hub.index().link("pb:environment", uuid=uuid)):
        raise _no_environment(uuid)
    return environment


def _no_environment(uuid: str) -> HubAnswered:
    return HubAnswered(404, [f"There is no environment with the uuid {uuid}. See: contracthub list-environments"])


def environment_named(hub: Hub, name: str) -> Environment:
    """The environment of this name. Raises HubAnswered 404 that lists the names there are."""
    environments, _ = list_environments(hub)
    for environment in environments:
        if environment.name == name:
            return environment
    known = ", ".join(one.name for one in environments) or "none"
    raise HubAnswered(
        404,
        [f"There is no environment named {name} (there are: {known}). Make it with: contracthub create-environment"],
    )


def record_in_environment(
    hub: Hub, relation: str, *, pacticipant: str, version: str, environment: str, details: JsonObject | None = None
) -> Resource:
    """Records what the relation says of a version: ``pb:record-deployment`` or ``pb:record-release``.

    Recording what is recorded already changes nothing, so the request is repeated after a broken connection.
    """
    environment_named(hub, environment)
    resource = hub.get(hub.index().link("pb:pacticipant-version", pacticipant=pacticipant, version=version))
    for link in resource.links(relation):
        if link.name == environment:
            return hub.send("POST", link.href, details or {}, repeatable=True)
    raise HubAnswered(404, [f"The hub offers no way to record {pacticipant} {version} in {environment}."])


def currently_deployed(hub: Hub, environment: Environment, *, pacticipant: str, instance: str | None) -> list[Resource]:
    """What is deployed of a pacticipant; without an instance only deployments that name none."""
    return _deployed(hub, environment, [("pacticipant", pacticipant), ("applicationInstance", instance or "")])


def deployed_anywhere_in(hub: Hub, environment: Environment, *, pacticipant: str) -> list[Resource]:
    """What is deployed of a pacticipant, to whichever instance."""
    return _deployed(hub, environment, [("pacticipant", pacticipant)])


def _deployed(hub: Hub, environment: Environment, query: Query) -> list[Resource]:
    answer = hub.get(environment.resource.link("pb:currently-deployed-deployed-versions"), query)
    return list(answer.embedded("deployedVersions"))


def currently_supported(
    hub: Hub, environment: Environment, *, pacticipant: str, version: str | None = None
) -> list[Resource]:
    """The supported releases of a pacticipant, or of one version of it."""
    query = [("pacticipant", pacticipant), *([("version", version)] if version is not None else [])]
    answer = hub.get(environment.resource.link("pb:currently-supported-released-versions"), query)
    return list(answer.embedded("releasedVersions"))


def change_record(hub: Hub, record: Resource, changes: JsonObject) -> Resource:
    """Changes one deployed or released version; ending it twice is the same as once."""
    return hub.send("PATCH", record.link("self"), changes, content_type=MERGE_PATCH, repeatable=True)


def _environment(resource: Resource) -> Environment:
    name = resource.text("name") or ""
    return Environment(
        uuid=resource.text("uuid") or "",
        name=name,
        display_name=resource.text("displayName") or name,
        production=resource.data.get("production") is True,
        resource=resource,
    )
