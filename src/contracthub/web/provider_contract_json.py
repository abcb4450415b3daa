"""Provider contracts as JSON of the native API."""

from contracthub.domain.document_checks import DocumentCheck
from contracthub.domain.provider_contracts import (
    ProviderContract,
    StoredFile,
    self_verification_fields,
)
from contracthub.web.check_json import check_json
from contracthub.web.pact_broker.hal import Json, Urls, moment, present, segment_of


def contract_json(it: ProviderContract, urls: Urls, check: DocumentCheck | None = None) -> Json:
    """A document as the native API tells it, without its bytes."""
    itself = contract_url(urls, it)
    return present(
        {
            "provider": it.provider_name,
            "version": it.version_number,
            "name": it.name,
            "format": it.format.value,
            "formatVersion": it.format_version,
            "subject": it.subject,
            "topic": it.topic,
            "identity": it.identity,
            "revision": it.revision,
            "createdAt": moment(it.created_at),
            "updatedAt": moment(it.updated_at),
            "files": [_file_json(each, itself) for each in it.files],
            "warnings": list(it.warnings),
            "selfVerification": _self_verification_json(it, itself),
            "check": check_json(check) if check else None,
            "_links": {"self": {"href": itself}, "document": {"href": f"{itself}/document"}},
        }
    )


def contract_url(urls: Urls, it: ProviderContract) -> str:
    """Where a document is."""
    version = ("pacticipants", it.provider_name, "versions", it.version_number)
    return urls.to("api", "v1", *version, "provider-contracts", it.name)


def _self_verification_json(it: ProviderContract, itself: str) -> Json | None:
    said = it.self_verification
    if said is None:
        return None
    results = {"_links": {"results": {"href": f"{itself}/self-verification"}}} if said.has_content else {}
    return self_verification_fields(said) | results


def _file_json(it: StoredFile, itself: str) -> Json:
    href = f"{itself}/files/{segment_of(it.path)}"
    return {
        "path": it.path,
        "contentType": it.content_type,
        "size": it.size,
        "sha256": it.sha,
        "root": it.is_root,
        "_links": {"self": {"href": href}},
    }
