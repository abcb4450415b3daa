"""Readers of topics: their schemas, who would break if a topic's schema changed, and what came out of comparisons."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.comparisons import finding_fields
from contracthub.domain.errors import Conflict
from contracthub.domain.pacticipants import Page
from contracthub.domain.reader_checks import CheckedReader, ReadersAnswer
from contracthub.domain.readers import ReaderSchema
from contracthub.domain.registry import SchemaType
from contracthub.services import reader_checks
from contracthub.services import reader_schemas as services
from contracthub.services.reader_schemas import PublishedReader, PublishedReaders, ReaderView
from contracthub.web.api.refusals import with_notices
from contracthub.web.bodies import Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, link, moment, no_content, page_of, paging
from contracthub.web.problems import json_response

router = APIRouter()
_OF_CONSUMER = "/api/v1/pacticipants/{consumer:segment}/reader-schemas"
_OF_VERSION = "/api/v1/pacticipants/{consumer:segment}/versions/{number:segment}/reader-schemas"
_CHECK = "/api/v1/subjects/{subject:segment}/readers-check"
_TYPES = {
    SchemaType.AVRO: "application/json",
    SchemaType.JSON: "application/schema+json",
    SchemaType.PROTOBUF: "text/plain; charset=utf-8",
}


@router.post("/api/v1/reader-schemas")
def publish(request: Request, body: Body, hub: HubOf, urls: UrlsOf) -> Response:
    """Publish the schemas with which a consumer version reads topics: all of them, or none."""
    require_type(request)
    try:
        outcome = services.publish_readers(hub, object_in(body))
    except Conflict as error:
        raise with_notices(error) from error
    return json_response(_outcome_json(outcome, urls), 201 if outcome.created else 200)


@router.get(_OF_CONSUMER)
def list_of_consumer(request: Request, consumer: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What the versions of a consumer read, newest first; of one subject with ``?subject=``."""
    page = page_of(request) or Page()
    subject = request.query_params.get("subject") or None
    found = services.list_readers(hub, consumer, subject=subject, page=page)
    here = urls.to("api", "v1", "pacticipants", consumer, "reader-schemas")
    pages, links = paging(here, page, found.total)
    embedded = {"readerSchemas": [_reader_json(each, urls) for each in found.entries]}
    return json_response({**embedded, **pages, "_links": {"self": link(here), **links}})


@router.get(_OF_CONSUMER + "/{subject:segment}/latest")
def latest(request: Request, consumer: str, subject: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What the newest version reads the subject with; of a branch with ``?branch=``."""
    branch = request.query_params.get("branch") or None
    return json_response(_view_json(services.get_latest_reader(hub, consumer, subject, branch=branch), urls))


@router.get(_OF_VERSION)
def list_of_version(consumer: str, number: str, hub: HubOf, urls: UrlsOf) -> Response:
    """All that a version reads."""
    found = services.list_readers_of_version(hub, consumer, number)
    here = urls.to("api", "v1", "pacticipants", consumer, "versions", number, "reader-schemas")
    return json_response(
        {"readerSchemas": [_reader_json(each, urls) for each in found], "_links": {"self": link(here)}}
    )


@router.get(_OF_VERSION + "/{subject:segment}")
def show(consumer: str, number: str, subject: str, hub: HubOf, urls: UrlsOf) -> Response:
    """What a version reads a subject with."""
    return json_response(_view_json(services.get_reader(hub, consumer, number, subject), urls))


@router.get(_OF_VERSION + "/{subject:segment}/content")
def content(consumer: str, number: str, subject: str, hub: HubOf) -> Response:
    """The exact bytes of the schema that was published."""
    text = services.get_reader(hub, consumer, number, subject).text
    headers = {"Content-Type": _TYPES[text.type], "X-Content-Type-Options": "nosniff"}
    return Response(text.text.encode(), headers=headers)


@router.delete(_OF_VERSION + "/{subject:segment}")
def delete(consumer: str, number: str, subject: str, hub: HubOf) -> Response:
    """Forget what a version reads a subject with."""
    services.delete_reader(hub, consumer, number, subject)
    return no_content()


@router.post("/api/v1/readers/check")
def check(request: Request, body: Body, hub: HubOf) -> Response:
    """Who would break if this schema were written. It changes nothing; it is a POST because schemas are long."""
    require_type(request)
    return json_response(_answer_json(reader_checks.check_readers(hub, object_in(body))))


@router.get(_CHECK)
def show_check(subject: str, hub: HubOf) -> Response:
    """The environments whose readers count when a schema of the subject is registered."""
    return json_response(_check_json(subject, reader_checks.get_check(hub, subject)))


@router.put(_CHECK)
def put_check(request: Request, subject: str, body: Body, hub: HubOf) -> Response:
    """Have them count from now on."""
    require_type(request)
    return json_response(_check_json(subject, reader_checks.set_check(hub, subject, object_in(body))))


@router.delete(_CHECK)
def delete_check(subject: str, hub: HubOf) -> Response:
    """Have them not count any more."""
    reader_checks.remove_check(hub, subject)
    return no_content()


def _outcome_json(outcome: PublishedReaders, urls: Urls) -> Json:
    return {
        "consumer": outcome.consumer,
        "version": outcome.version,
        "readerSchemas": [_reader_json(each.reader, urls) for each in outcome.readers],
        "notices": [notice for each in outcome.readers for notice in _notices(each)],
        "_links": {"pb:pacticipant-version": link(urls.version(outcome.consumer, outcome.version))},
    }


def _notices(published: PublishedReader) -> list[Json]:
    it = published.reader
    happened = "published" if published.created else "overwritten" if published.replaced else "published before"
    kind = "success" if published.created or published.replaced else "info"
    told = [{"type": kind, "text": f"{it.consumer} {it.version} reads {it.subject} ({it.type}): {happened}"}]
    if not published.has_writer:
        text = (
            f"Nobody is known to write {it.topic_or_subject} yet. Until a provider publishes its schema "
            "(contracthub publish spec), nothing can be said about deployments."
        )
        told.append({"type": "warning", "text": text})
    return told


def _reader_json(it: ReaderSchema, urls: Urls) -> Json:
    here = urls.reader(it.consumer, it.version, it.subject)
    return {
        "consumer": it.consumer,
        "version": it.version,
        "subject": it.subject,
        "topic": it.topic,
        "part": it.part.value,
        "provider": it.provider,
        "schemaType": it.type.value,
        "sha": it.sha,
        "revision": it.revision,
        "createdAt": moment(it.created_at),
        "updatedAt": moment(it.updated_at),
        "_links": {"self": link(here), "content": link(f"{here}/content")},
    }


def _view_json(view: ReaderView, urls: Urls) -> Json:
    references = [{"name": each.name, "schema": each.text} for each in view.text.references]
    return _reader_json(view.reader, urls) | {"schema": view.text.text, "references": references}


def _answer_json(answer: ReadersAnswer) -> Json:
    return {
        "compatible": answer.is_compatible,
        "subject": answer.subject,
        "environments": list(answer.environments),
        "readers": [_checked_json(each) for each in answer.readers],
    }


def _checked_json(checked: CheckedReader) -> Json:
    return {
        "consumer": checked.consumer,
        "version": checked.version,
        "environment": checked.environment,
        "topic": checked.topic,
        "compatible": not checked.breaks,
        "findings": [finding_fields(each) for each in checked.findings],
    }


def _check_json(subject: str, environments: tuple[str, ...]) -> Json:
    return {"subject": subject, "environments": list(environments)}
