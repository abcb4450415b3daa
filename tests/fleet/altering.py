"""Takes a description of REST answers, alters one field of it, and has a real provider answer as it then says.

An alteration has a number. A provider that is served with alterations answers under ``/m17`` as if the seventeenth had
been made, and a pact is asked to go there, so one replay plays all alterations of a provider.
"""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Json = Any
Answered = tuple[str, str, str]
"""Method, path with its parameters, and status."""
Steps = tuple[str | None, ...]
"""Names on the way to a field, None for any item of a list."""

_GONE = object()
_PREFIX = re.compile(rb"/m(\d+)(/.*)")


@dataclass(frozen=True, slots=True)
class Alteration:
    """``document`` is what the provider says of itself afterwards; ``bodies`` and ``headers`` are what it does."""

    name: str
    document: Json
    bodies: Mapping[Answered, frozenset[Steps]] = field(default_factory=dict)
    headers: Mapping[Answered, str] = field(default_factory=dict)
    value: Callable[[Json], Json] = lambda _: _GONE

    def answered(self, method: str, path: str, status: int) -> Answered | None:
        """Which of the altered answers a request got."""
        for each in (*self.bodies, *self.headers):
            pattern = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(each[1]))
            if each[0] == method and each[2] == str(status) and re.fullmatch(pattern, path):
                return each
        return None

    def concerns(self, method: str, path: str) -> bool:
        """Whether answers to such requests are altered."""
        return any(self.answered(method, path, int(status)) for _, _, status in (*self.bodies, *self.headers))

    def altered(self, answer: Answered, body: Json) -> Json:
        """The body as it is sent now."""
        for steps in self.bodies.get(answer, ()):
            _alter(body, steps, self.value)
        return body


def _alter(value: Json, steps: Steps, change: Callable[[Json], Json]) -> None:
    step, *rest = steps
    if step is None:
        for each in value if isinstance(value, list) else ():
            _alter(each, tuple(rest), change)
    elif isinstance(value, dict) and step in value:
        if rest:
            _alter(value[step], tuple(rest), change)
        elif (new := change(value[step])) is _GONE:
            del value[step]
        else:
            value[step] = new


def fields_of(schema: Json, document: Json, steps: Steps = ()) -> Iterator[tuple[Steps, Json, str, str]]:
    """Every property in a schema: its steps, the object schema that it is in, its name, and the component of that."""
    component = ""
    while "$ref" in schema:
        component = schema["$ref"].removeprefix("#")
        schema = _at(document, schema["$ref"])
    for name, inner in schema.get("properties", {}).items():
        yield (*steps, name), schema, name, component
        yield from fields_of(inner, document, (*steps, name))
    if "items" in schema:
        yield from fields_of(schema["items"], document, (*steps, None))
    for each in schema.get("anyOf", ()):
        yield from fields_of(each, document, steps)


def _at(document: Json, reference: str) -> Json:
    for step in reference.removeprefix("#/").split("/"):
        document = document[step]
    return document


def _inlined(schema: Json, document: Json) -> Json:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(_at(document, schema["$ref"]), document)
        return {key: _inlined(each, document) for key, each in schema.items()}
    return [_inlined(each, document) for each in schema] if isinstance(schema, list) else schema


def answers_of(document: Json) -> Iterator[tuple[Answered, Json]]:
    """Every response that a document describes."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                yield (method.upper(), path, status), response


def _schemas(response: Json) -> Iterator[Json]:
    return (media for media in response.get("content", {}).values() if "schema" in media)


def _drop(holder: Json, name: str) -> None:
    del holder["properties"][name]
    _let_be_absent(holder, name)


def _let_be_absent(holder: Json, name: str) -> None:
    if name in holder.get("required", ()):
        holder["required"].remove(name)


def _let_be_null(holder: Json, name: str) -> None:
    holder["properties"][name] = {"anyOf": [holder["properties"][name], {"type": "null"}]}


def _is_text(schema: Json) -> bool:
    return schema.get("type") == "string" or any(_is_text(each) for each in schema.get("anyOf", ()))


def is_nullable(schema: Json) -> bool:
    """Whether a field may be null as it is."""
    return schema.get("type") == "null" or any(is_nullable(each) for each in schema.get("anyOf", ()))


def _retype(holder: Json, name: str) -> None:
    holder["properties"][name] = {"type": "integer" if _is_text(holder["properties"][name]) else "string"}


def _other(value: Json) -> Json:
    return 7 if isinstance(value, str) else "another type"


WAYS: Mapping[str, tuple[Callable[[Json, str], None], Callable[[Json], Json]]] = {
    "removed": (_drop, lambda _: _GONE),
    "optional": (_let_be_absent, lambda _: _GONE),
    "nullable": (_let_be_null, lambda _: None),
    "retyped": (_retype, _other),
}


def alterations_of(document: Json, way: str) -> Iterator[Alteration]:
    """Each field of each answer, altered there alone; then each field of each component, wherever that is used."""
    edit, value = WAYS[way]
    components: dict[tuple[str, str], dict[Answered, set[Steps]]] = {}
    for answer, response in answers_of(document):
        for media in _schemas(response):
            for steps, holder, name, component in fields_of(media["schema"], document):
                if way == "nullable" and is_nullable(holder["properties"][name]):
                    # It says so already, so no document tells whether null comes more often.
                    continue
                components.setdefault((component, name), {}).setdefault(answer, set()).add(steps)
                yield _in_one_answer(document, answer, steps, edit, value)
    for (component, name), reached in components.items():
        if component:
            new = deepcopy(document)
            edit(_at(new, f"#{component}"), name)
            yield Alteration(
                f"{component}.{name}", new, {key: frozenset(each) for key, each in reached.items()}, {}, value
            )


def _in_one_answer(
    document: Json,
    answer: Answered,
    steps: Steps,
    edit: Callable[[Json, str], None],
    value: Callable[[Json], Json],
) -> Alteration:
    new = deepcopy(document)
    for each, response in answers_of(new):
        for media in _schemas(response) if each == answer else ():
            media["schema"] = _inlined(media["schema"], new)
            for found, holder, name, _ in fields_of(media["schema"], new):
                if found == steps:
                    edit(holder, name)
                    break
    shown = "".join("[*]" if step is None else f".{step}" for step in steps)
    return Alteration(f"{' '.join(answer)} ${shown}", new, {answer: frozenset({steps})}, {}, value)


def headers_gone(document: Json) -> Iterator[Alteration]:
    """Each header of each answer, gone."""
    for answer, response in answers_of(document):
        for name in response.get("headers", {}):
            new = deepcopy(document)
            for each, copied in answers_of(new):
                if each == answer:
                    del copied["headers"][name]
            yield Alteration(f"{' '.join(answer)} header {name}", new, {}, {answer: name})


@dataclass(frozen=True, slots=True)
class Altering:
    """An application whose answers under a number are altered as the alteration says."""

    app: ASGIApp
    alterations: Sequence[Alteration]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = _PREFIX.fullmatch(scope["raw_path"]) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        path = found[2].decode()
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await self.app({**scope, "path": path, "raw_path": found[2]}, receive, keep)
        start = next(each for each in sent if each["type"] == "http.response.start")
        body = b"".join(each.get("body", b"") for each in sent)
        alteration = self.alterations[int(found[1])]
        answer = alteration.answered(scope["method"], path, start["status"])
        if answer is not None:
            body = _edited(alteration, answer, body)
        gone = {b"content-length", alteration.headers.get(answer, "").lower().encode() if answer else b""}
        kept = [(name, text) for name, text in start["headers"] if name.lower() not in gone]
        await send({**start, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


def _edited(alteration: Alteration, answer: Answered, body: bytes) -> bytes:
    return json.dumps(alteration.altered(answer, json.loads(body))).encode() if body else body


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """An application on a free port, in a thread of this process; yields its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def played(pact: Path, alterations: Sequence[Alteration], folder: Path) -> Path:
    """A pact that asks for what an alteration concerns under its number; descriptions carry the number too."""
    whole = json.loads(pact.read_bytes())
    whole["interactions"] = [
        {
            **each,
            "description": f"{number} {each['description']}",
            "request": {**request, "path": f"/m{number}{request['path']}"},
        }
        for each in whole["interactions"]
        if "request" in each
        for request in (each["request"],)
        for number, alteration in enumerate(alterations)
        if alteration.concerns(request["method"], request["path"])
    ]
    written = folder / pact.name
    written.write_text(json.dumps(whole))
    return written
