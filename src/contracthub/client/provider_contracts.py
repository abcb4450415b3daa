"""Provider contracts: what a version of a provider offers, published and read back."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.contracts import ConsumerVersion
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.notices import Notice, notices_from
from contracthub.client.pacticipants import create_or_update_version
from contracthub.client.spelling import naming
from contracthub.client.transport import LARGEST_ANSWER

PATH = "/api/v1/provider-contracts"
_PUBLISH_RELATION = "pf:publish-provider-contract"


@dataclass(frozen=True, slots=True)
class SelfVerification:
    """What a build says of its own check of the provider; ``content`` are its results, byte for byte."""

    success: bool | None = None
    content: bytes | None = None
    content_type: str | None = None
    format: str | None = None
    verifier: str | None = None
    verifier_version: str | None = None

    @property
    def document(self) -> JsonObject:
        """As it is sent; empty when nothing is said."""
        content = None if self.content is None else base64.b64encode(self.content).decode("ascii")
        said = {
            "success": self.success,
            "content": content,
            "contentType": self.content_type,
            "format": self.format,
            "verifier": self.verifier,
            "verifierVersion": self.verifier_version,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class SpecToPublish:
    """A document as it lies on disk: its files by their place, and what is said of it; the hub finds out the rest."""

    files: Mapping[str, bytes]
    said: Mapping[str, str] = field(default_factory=dict)
    self_verification: SelfVerification = field(default_factory=SelfVerification)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as PactFlow's protocol knows it: one file, its specification and media type."""

    content: bytes
    specification: str
    content_type: str | None = None
    self_verification: SelfVerification = field(default_factory=SelfVerification)


@dataclass(frozen=True, slots=True)
class PublishedSpec:
    """The hub's answer to a publication."""

    notices: tuple[Notice, ...]
    document: JsonObject


@dataclass(frozen=True, slots=True)
class OfferQuestion:
    """Which documents of a provider are wanted: of a version, of a branch's newest version, or of an environment.

    With nothing but the provider those of its main branch.
    """

    provider: str
    version: str | None = None
    branch: str | None = None
    environment: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file that the hub has: its place in the document, its address, and the SHA-256 of its bytes."""

    path: str
    href: str
    sha: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that the hub has; the first of its files is the root."""

    version: str
    name: str
    format: str
    subject: str | None
    files: tuple[OfferedFile, ...]
    created_at: str


def publish_spec(
    hub: Hub, provider: str, version: ConsumerVersion, spec: SpecToPublish, *, overwrite: bool = False
) -> PublishedSpec:
    """Publishes a document for a version of a provider.

    Sending the same again answers as the first time did, so the request is repeated after a broken connection. Raises
    HubAnswered, with 400 for a document with faults, and 409 when the version has another one of that name.
    """
    files = [{"path": path, "content": base64.b64encode(body).decode("ascii")} for path, body in spec.files.items()]
    contract: JsonObject = {"files": files, **spec.said}
    if said := spec.self_verification.document:
        contract["selfVerification"] = said
    document = {"provider": provider, "version": version.number, **_of_version(version), "contract": contract}
    document["onConflict"] = "overwrite" if overwrite else "refuse"
    try:
        answer = hub.send("POST", PATH, document, repeatable=True)
    except HubAnswered as refusal:
        raise _unless_other_product(hub, refusal) from refusal
    return PublishedSpec(notices_from(answer.data), answer.data)


def publish_contract(hub: Hub, provider: str, version: ConsumerVersion, contract: Contract) -> PublishedSpec:
    """Publishes a contract in PactFlow's protocol, in the old way where the new one is not offered (bidirectional §11).

    Raises HubAnswered.
    """
    content = base64.b64encode(contract.content).decode("ascii")
    inside: JsonObject = {"content": content}
    if contract.content_type:
        inside["contentType"] = contract.content_type
    said = contract.self_verification.document
    url = hub.index().find_link(_PUBLISH_RELATION, provider=provider)
    if url is None:
        return _published_the_old_way(hub, provider, version, inside | {"contractType": contract.specification}, said)
    inside["specification"] = contract.specification
    if said:
        inside["selfVerificationResults"] = said
    document = {"pacticipantVersionNumber": version.number, **_of_version(version), "contract": inside}
    answer = hub.send("POST", url, document, repeatable=True)
    return PublishedSpec(notices_from(answer.data), answer.data)


def list_offers(hub: Hub, question: OfferQuestion, *, limit: int | None = None) -> tuple[tuple[Offer, ...], JsonObject]:
    """The documents that are asked for, and the answer they were read from. Raises HubAnswered for unknown names.

    With ``limit`` the newest of all versions.
    """
    base = f"/api/v1/pacticipants/{quote(question.provider, safe='')}"
    query = [("name", question.name)] if question.name is not None else []
    if question.version is not None:
        url = f"{base}/versions/{quote(question.version, safe='')}/provider-contracts"
    elif limit is not None:
        url, query = f"{base}/provider-contracts", [*query, ("size", str(limit))]
    else:
        url = f"{base}/provider-contracts/latest"
        lines = (("branch", question.branch), ("environment", question.environment))
        query += [(name, value) for name, value in lines if value is not None]
    with naming((question.provider,), question.environment):
        answer = hub.get(url, query)
    listed = answer.data.get("providerContracts")
    if not isinstance(listed, list):
        raise AnswerNotUnderstood(f"{answer.url} has no list of provider contracts. The hub may be too old.")
    offers = tuple(_offer(each) for each in listed if isinstance(each, Mapping))
    return tuple(each for each in offers if question.name in (None, each.name)), answer.data


def content_of(hub: Hub, file: OfferedFile) -> bytes:
    """The exact bytes of a file. Raises HubFailure, also when not all of them came."""
    with hub.download(file.href) as stream:
        body = stream.read(LARGEST_ANSWER)
    if hashlib.sha256(body).hexdigest() != file.sha:
        raise AnswerNotUnderstood(f"What came for {file.path} is not what was published. Try again.")
    return body


def delete_offer(hub: Hub, provider: str, version: str, name: str) -> bool:
    """Removes a document; whether there was one."""
    version_url = f"/api/v1/pacticipants/{quote(provider, safe='')}/versions/{quote(version, safe='')}"
    return hub.delete(f"{version_url}/provider-contracts/{quote(name, safe='')}")


def faults_in(refusal: HubAnswered) -> tuple[str, ...]:
    """What is wrong with a refused document, each fault after its place; empty for another refusal."""
    errors = refusal.document.get("errors")
    listed = [each for each in errors if isinstance(each, Mapping)] if isinstance(errors, list) else []
    return tuple(f"{_place(each)}: {each.get('detail')}" for each in listed if "file" in each)


def difference_in(refusal: HubAnswered) -> str:
    """What a refused publication would have changed, where the hub shows it."""
    return str(refusal.document.get("difference") or "")


def _published_the_old_way(
    hub: Hub, provider: str, version: ConsumerVersion, body: JsonObject, said: JsonObject
) -> PublishedSpec:
    create_or_update_version(hub, provider, version.number, branch=version.branch, tags=version.tags)
    url = f"/contracts/provider/{quote(provider, safe='')}/version/{quote(version.number, safe='')}"
    answer = hub.send("PUT", url, body | ({"verificationResults": said} if said else {}))
    text = f"Successfully published provider contract for {provider} version {version.number}."
    return PublishedSpec((Notice("success", text),), answer.data)


def _of_version(version: ConsumerVersion) -> JsonObject:
    optional = {"branch": version.branch, "buildUrl": version.build_url}
    return {"tags": list(version.tags), **{name: value for name, value in optional.items() if value}}


def _unless_other_product(hub: Hub, refusal: HubAnswered) -> Exception:
    if refusal.status in (404, 405):
        return AnswerNotUnderstood(f"The hub at {hub.connection.base_url} takes no provider contracts in this way.")
    return refusal


def _place(fault: Mapping[str, object]) -> str:
    if fault.get("line") is not None:
        return f"{fault['file']}:{fault['line']}:{fault.get('column')}"
    return f"{fault['file']}#{fault['pointer']}" if fault.get("pointer") else str(fault["file"])


def _offer(it: Mapping[str, object]) -> Offer:
    listed = it.get("files")
    files = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    subject = it.get("subject")
    return Offer(
        str(it.get("version") or ""),
        str(it.get("name") or ""),
        str(it.get("format") or ""),
        subject if isinstance(subject, str) else None,
        tuple(OfferedFile(str(each.get("path")), _href(each), str(each.get("sha256"))) for each in files),
        str(it.get("createdAt") or ""),
    )


def _href(file: Mapping[str, object]) -> str:
    links = file.get("_links")
    itself = links.get("self") if isinstance(links, Mapping) else None
    href = itself.get("href") if isinstance(itself, Mapping) else None
    if not isinstance(href, str):
        raise AnswerNotUnderstood("A file of a provider contract has no address. The hub may be too old.")
    return href
