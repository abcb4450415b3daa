"""Which operation of an OpenAPI document a request of a contract is for, and which answer it expects."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from contracthub.formats.bundle import Bundle
from contracthub.formats.impact.conditions import sent
from contracthub.formats.needs import Direction, Need
from contracthub.formats.openapi.operations import Body, Operation, Response
from contracthub.formats.openapi.requests import Requests

_PARAMETER = re.compile(r"\{([^{}]+)\}")


class Described(Requests):
    """The operations of a document, found by requests, with what their paths are filled in with."""

    @property
    def bundle(self) -> Bundle:
        """The document with those that it refers to."""
        return self.document.bundle

    def in_path(self, request: str) -> Mapping[str, str]:
        """The parameters in the path of a request, by name. Where a segment has several, none of them is told."""
        operation = self.operation(request)
        if operation is None:
            return {}
        template = operation.name.partition(" ")[2].split("/")
        # Before the path may stand that of a server.
        filled = request.partition(" ")[2].split("/")[-len(template) :]
        found = ((_PARAMETER.fullmatch(name), text) for name, text in zip(template, filled, strict=False))
        return {match[1]: unquote(text) for match, text in found if match is not None}


def content_type(needs: Sequence[Need], flow: Direction) -> str:
    """The media type that a contract says its body has, without parameters; empty when it does not say."""
    for need in needs:
        if need.direction is flow and need.part == "header" and need.path.lower() == "content-type":
            value = sent(need)
            return _essence(value) if isinstance(value, str) else ""
    return ""


def of_media_type(bodies: Iterable[Body], said: str) -> tuple[Sequence[Body], bool]:
    """The bodies of a media type or of a range that it is in, all of them where none is; and whether there is one."""
    listed = [*bodies]
    main, _, _ = said.partition("/")
    for wanted in (said, f"{main}/*", "*/*"):
        found = [each for each in listed if _essence(each.media_type) == wanted]
        if found and said:
            return found, True
    return listed, bool(listed) and not said


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def answer_to(operation: Operation, needs: Sequence[Need]) -> Response | None:
    """The response that a contract expects: by status, by the range of it, or the one for all others."""
    status = next((need.shape.example or "" for need in needs if need.part == "status"), "")
    by_status = {each.status.upper(): each for each in operation.responses}
    return by_status.get(status) or by_status.get(f"{status[:1]}XX") or by_status.get("DEFAULT")
