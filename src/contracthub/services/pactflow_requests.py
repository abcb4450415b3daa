"""What PactFlow's clients send to publish a provider contract, in the present form and in the old one (bidirectional
§11). The words of refusals, and their pointers, are those that scripts match on.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracthub.domain.errors import Fault, Invalid, Malformed
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.formats import safe_json, safe_yaml
from contracthub.services.provider_contract_requests import (
    OfferedDocument,
    OfferedFile,
    OnChange,
    ProviderPublication,
    decoded,
    self_verification_in,
)
from contracthub.services.publication_requests import faults_of_version

SPECIFICATIONS = {"oas": "openapi", "asyncapi": "asyncapi"}
_CONTENT_TYPES = ("application/json", "application/yaml", "application/yml")
_JSON = "application/json"


def specification_of(format_name: str) -> str:
    """The word of the protocol for a format; the format's own name where the protocol has none."""
    return next((word for word, name in SPECIFICATIONS.items() if name == format_name), format_name)


def publication_from_post(provider: str, body: Mapping[str, Any]) -> ProviderPublication:
    """The request in the body of ``POST /provider-contracts/provider/{provider}/publish``. Raises :class:`Invalid`."""
    faults = faults_of_name("provider", provider)
    faults += faults_of_version(dict(body), ("pacticipantVersionNumber",))
    contract = body.get("contract")
    if not isinstance(contract, dict):
        faults.append(Fault("contract", "is missing" if contract is None else "must be a hash"))
        raise _pointed(faults)
    document = _document_in(contract, "contract.", ("specification", "selfVerificationResults"), faults)
    if faults or document is None:
        raise _pointed(faults)
    return ProviderPublication(
        provider,
        body["pacticipantVersionNumber"],
        document,
        branch=body.get("branch"),
        tags=tuple(dict.fromkeys(body.get("tags") or ())),
        build_url=body.get("buildUrl"),
        on_change=OnChange.OVERWRITE,
    )


def publication_from_put(provider: str, number: str, body: Mapping[str, Any]) -> ProviderPublication:
    """The request in the body of ``PUT /contracts/provider/{provider}/version/{version}``. Raises :class:`Invalid`."""
    faults = faults_of_name("provider", provider) + faults_of_name("version", number)
    document = _document_in(body, "", ("contractType", "verificationResults"), faults)
    if faults or document is None:
        raise _pointed(faults)
    return ProviderPublication(provider, number, document, on_change=OnChange.OVERWRITE)


def _document_in(
    contract: Mapping[str, Any], place: str, names: tuple[str, str], faults: list[Fault]
) -> OfferedDocument | None:
    """The document; ``names`` are those of the specification and of the self-verification."""
    specification, results = names
    said = contract.get(specification)
    word = said if isinstance(said, str) else ""
    if word not in SPECIFICATIONS:
        told = "is missing" if said is None else f"must be one of: {', '.join(SPECIFICATIONS)}"
        faults.append(Fault(f"{place}{specification}", told))
    body = _content_in(contract, place, faults)
    verification, content = self_verification_in(contract.get(results), f"{place}{results}", faults)
    if faults or body is None:
        return None
    content_type = contract.get("contentType") or _looks_like(body)
    name = SPECIFICATIONS[word]
    file = OfferedFile(f"{name}.{'json' if content_type == _JSON else 'yaml'}", content_type, body)
    return OfferedDocument(
        (file,), name, name, file.path, self_verification=verification, self_verification_content=content
    )


def _content_in(contract: Mapping[str, Any], place: str, faults: list[Fault]) -> bytes | None:
    content_type = contract.get("contentType")
    own = faults_of_line(f"{place}contentType", content_type)
    if content_type and not own and content_type not in _CONTENT_TYPES:
        own = [Fault(f"{place}contentType", f"must be one of: {', '.join(_CONTENT_TYPES)}")]
    if contract.get("content") is None:
        own.append(Fault(f"{place}content", "is missing"))
    body = None if own else decoded(contract["content"], f"{place}content", own)
    if body is not None and (text := _text_about(body, content_type or _looks_like(body))):
        own.append(Fault(f"{place}content", text))
    faults += own
    return None if own else body


def _text_about(body: bytes, content_type: str) -> str | None:
    """What keeps the bytes from being a document of that media type; ``None`` when nothing does."""
    try:
        value = safe_json.loads(body) if content_type == _JSON else safe_yaml.loads(body)
    except Malformed:
        return f"could not be parsed as {content_type}"
    return None if isinstance(value, dict) else "when Base64 decoded and parsed must be a hash"


def _looks_like(body: bytes) -> str:
    return _JSON if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "application/yaml"


def _pointed(faults: list[Fault]) -> Invalid:
    """A refusal as the protocol words it: each fault names its field's last word, and points into the body."""
    return Invalid.of(*(_with_pointer(each) for each in faults))


def _with_pointer(fault: Fault) -> Fault:
    last = fault.field.rpartition(".")[2]
    return replace(fault, text=f"{last} {fault.text}", pointer=f"#/{fault.field.replace('.', '/')}")
