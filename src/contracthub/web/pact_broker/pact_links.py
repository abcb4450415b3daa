"""The links of a pact, and how they get into its document (pact-broker-api §7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from contracthub.domain.contracts import Publication
from contracthub.domain.pacticipants import Tag
from contracthub.web.pact_broker.hal import Json, Urls, link, moment, segment_of
from contracthub.web.pact_broker.version_json import tag_url


@dataclass(frozen=True, slots=True)
class Asked:
    """How a pact was asked for: the metadata for its results, and the publications that were named by metadata."""

    metadata: str | None = None
    publications: Sequence[Publication] = ()


PLAINLY = Asked()


def pact_document(served: bytes, publication: Publication, urls: Urls, asked: Asked = PLAINLY) -> bytes:
    """The document of a pact with ``createdAt`` and ``_links`` put in.

    The content is as large as people make it and was written as JSON when it was published, so the bytes are joined,
    never parsed.
    """
    additions = {"createdAt": moment(publication.created_at), "_links": pact_links(publication, urls, asked)}
    return joined(served, orjson.dumps(additions))


def extended_document(
    served: bytes, publication: Publication, tags: Sequence[Tag], urls: Urls, asked: Asked = PLAINLY
) -> bytes:
    """The document with its content apart, under ``contract``, and the tags for which it is the newest."""
    additions = {
        "createdAt": moment(publication.created_at),
        "_embedded": {"tags": [_tag_json(publication, tag, urls) for tag in tags if tag.latest]},
        "_links": pact_links(publication, urls, asked),
    }
    return joined(b'{"contract":' + served + b"}", orjson.dumps(additions))


def _tag_json(it: Publication, tag: Tag, urls: Urls) -> Json:
    latest = f"{urls.pair(it.provider_name, it.consumer_name)}/latest/{segment_of(tag.name)}"
    links = {
        "self": link(tag_url(urls, it.consumer_name, it.version_number, tag.name), "Tag", tag.name),
        "pb:latest-pact": link(latest, name=f"The latest pact with the tag {tag.name}"),
    }
    return {"name": tag.name, "latest": True, "_links": links}


def joined(one: bytes, other: bytes) -> bytes:
    """Two compact JSON objects as one; they have no key in common."""
    separator = b"" if b"{}" in (one, other) else b","
    return one[:-1] + separator + other[1:]


def pact_links(it: Publication, urls: Urls, asked: Asked = PLAINLY) -> Json:
    """All relations of a pact."""
    pair = urls.pair(it.provider_name, it.consumer_name)
    here = urls.pact(it.provider_name, it.consumer_name, it.version_number)
    content = urls.contract(it.provider_name, it.consumer_name, it.identity)
    version = urls.version(it.consumer_name, it.version_number)
    links: Json = {
        "self": link(here, "Pact", it.title),
        "pb:consumer": link(urls.pacticipant(it.consumer_name), "Consumer", it.consumer_name),
        "pb:consumer-version": link(version, "Consumer version", it.version_number),
    }
    if asked.publications:
        links["pb:consumer-versions"] = _consumer_versions(asked.publications, urls)
    return (
        links
        | _links_of_pair(it, urls, pair)
        | _links_of_content(here, content, asked)
        | {
            "pb:pact-version": link(content, "Pact content version permalink", it.identity),
            "pb:tag-prod-version": link(f"{version}/tags/prod", "PUT to this resource to tag this version as 'prod'"),
            "pb:tag-version": link(f"{version}/tags/{{tag}}", "PUT to this resource to tag this version"),
            "pb:matrix-for-consumer-version": link(_matrix(it, urls), "View matrix rows for the consumer version"),
            "curies": urls.curies("pact"),
        }
    )


def _consumer_versions(publications: Sequence[Publication], urls: Urls) -> list[Json]:
    return [
        link(urls.version(each.consumer_name, each.version_number), "Consumer version", each.version_number)
        for each in publications
    ]


def _links_of_pair(it: Publication, urls: Urls, pair: str) -> Json:
    webhooks = urls.to("webhooks", "provider", it.provider_name, "consumer", it.consumer_name)
    return {
        "pb:provider": link(urls.pacticipant(it.provider_name), "Provider", it.provider_name),
        "pb:latest-pact-version": link(f"{pair}/latest", "Latest version of this pact"),
        "pb:all-pact-versions": link(f"{pair}/versions", "All versions of this pact"),
        "pb:latest-untagged-pact-version": link(f"{pair}/latest-untagged", "Latest untagged version of this pact"),
        "pb:latest-tagged-pact-version": link(
            f"{pair}/latest/{{tag}}", "Latest tagged version of this pact", templated=True
        ),
        "pb:pact-webhooks": link(webhooks, f"Webhooks for the pact between {it.consumer_name} and {it.provider_name}"),
        "pb:consumer-webhooks": link(
            urls.to("webhooks", "consumer", it.consumer_name), f"Webhooks for all pacts of {it.consumer_name}"
        ),
    }


def _links_of_content(here: str, content: str, asked: Asked) -> Json:
    verified = content if asked.metadata is None else f"{content}/metadata/{quote(asked.metadata, safe='')}"
    return {
        "pb:previous-distinct": link(f"{here}/previous-distinct", "Previous distinct version of this pact"),
        "pb:diff-previous-distinct": link(
            f"{here}/diff/previous-distinct", "Diff with previous distinct version of this pact"
        ),
        "pb:diff": link(
            f"{content}/diff/pact-version/{{pactVersion}}",
            "Diff with another specified version of this pact",
            templated=True,
        ),
        "pb:publish-verification-results": link(f"{verified}/verification-results", "Publish verification results"),
        "pb:latest-verification-results": link(f"{content}/verification-results/latest"),
        "pb:triggered-webhooks": link(f"{here}/triggered-webhooks", "Webhooks triggered by the publication"),
    }


def _matrix(it: Publication, urls: Urls) -> str:
    name, number = quote(it.consumer_name, safe=""), quote(it.version_number, safe="")
    return f"{urls.to('matrix')}?q[][pacticipant]={name}&q[][version]={number}&latestby=cvpv"
