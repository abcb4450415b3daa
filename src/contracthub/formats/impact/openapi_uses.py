"""Finds the spots of an interaction: the parameters, bodies, answers and headers that it uses in both documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.impact.conditions import demanded, sent
from contracthub.formats.impact.openapi_requests import Described, answer_to, content_type, of_media_type
from contracthub.formats.impact.openapi_spots import PlainSpot, Sides, Spot, TextSpot, body_spots
from contracthub.formats.impact.used_schemas import alternatives, where
from contracthub.formats.json_places import values_along
from contracthub.formats.needs import Direction as Flow
from contracthub.formats.needs import Need
from contracthub.formats.openapi.operations import Body, Operation, Response
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonValue, canonical

_Texts = Mapping[tuple[str, str], Sequence[Need]]


def spots_of(old: Described, new: Described, request: str, needs: Sequence[Need]) -> tuple[Spot, ...]:
    """What an interaction uses of two documents; the old one describes its operation."""
    before, after = old.operation(request), new.operation(request)
    assert before is not None
    in_path = dict(old.in_path(request)), dict(new.in_path(request))
    uses = _Uses(needs, Sides(old.bundle, new.bundle), before, after, in_path)
    return (*uses.parameters(), *uses.request_body(), *uses.answer())


@dataclass(frozen=True, slots=True)
class _Uses:
    """One interaction, and the operation that it is one of as both documents describe it."""

    needs: Sequence[Need]
    sides: Sides
    before: Operation
    after: Operation | None
    in_path: tuple[Mapping[str, str], Mapping[str, str]]

    def parameters(self) -> Iterator[Spot]:
        """The parameters that are sent."""
        texts: dict[tuple[str, str], list[Need]] = {}
        for need in self.needs:
            if need.direction is Flow.REQUEST and need.part in ("query", "header"):
                texts.setdefault((need.part, _name(need.part, need.path)), []).append(need)
        olds, news = _parameters_of(self.before), _parameters_of(self.after)
        for key in dict.fromkeys((*olds, *news)):
            proof, values = self._sent(key, texts)
            if proof is not None:
                yield self._text_spot(Flow.REQUEST, proof, (olds.get(key), news.get(key)), values)

    def request_body(self) -> Iterator[Spot]:
        """The body that is sent, in its media type."""
        needs = [need for need in self.needs if need.direction is Flow.REQUEST and need.part == "body"]
        if not needs:
            return
        said = content_type(self.needs, Flow.REQUEST)
        olds, _ = of_media_type(self.before.bodies, said)
        news, is_there = of_media_type(self.after.bodies if self.after else (), said)
        whole = [[child(each.pointer, "requestBody")] if each else [] for each in (self.before, self.after)]
        yield from self._of_bodies(Flow.REQUEST, needs, (olds, news), whole, is_gone=bool(olds) and not is_there)

    def answer(self) -> Iterator[Spot]:
        """The response that is expected, with the headers and the body that are read."""
        old = answer_to(self.before, self.needs)
        new = answer_to(self.after, self.needs) if self.after else None
        needs = [need for need in self.needs if need.direction is Flow.RESPONSE]
        if old is None or not needs:
            return
        places = [_places_of(*each) for each in ((self.before, old), (self.after, new))]
        yield PlainSpot(Flow.RESPONSE, needs[0], frozenset(places[0]), frozenset(places[1]), is_gone=new is None)
        headers: dict[str, list[Need]] = {}
        for need in needs:
            if need.part == "header":
                headers.setdefault(need.path.lower(), []).append(need)
        for name, each in headers.items():
            yield from self._header(name, each, (old, new), places)
        bodies = [need for need in needs if need.part == "body"]
        if bodies:
            said = content_type(needs, Flow.RESPONSE)
            olds, _ = of_media_type(old.bodies, said)
            news, is_there = of_media_type(new.bodies if new else (), said)
            yield from self._of_bodies(
                Flow.RESPONSE, bodies, (olds, news), [[], []], is_gone=bool(olds) and not is_there
            )

    def _of_bodies(
        self,
        flow: Flow,
        needs: Sequence[Need],
        bodies: tuple[Sequence[Body], Sequence[Body]],
        whole: Sequence[Sequence[str]],
        *,
        is_gone: bool,
    ) -> Iterator[Spot]:
        holders = [
            frozenset((*more, *(each.pointer for each in listed), *map(_holder, listed)))
            for listed, more in zip(bodies, whole, strict=True)
        ]
        yield PlainSpot(flow, needs[0], holders[0], holders[1], is_gone=is_gone)
        olds, news = ([each.schema for each in listed if each.schema is not None] for listed in bodies)
        if olds:
            yield from body_spots(flow, needs, (olds, [] if is_gone else news), self.sides)

    def _header(
        self,
        name: str,
        needs: Sequence[Need],
        responses: tuple[Response, Response | None],
        places: Sequence[Sequence[str]],
    ) -> Iterator[Spot]:
        pointers = []
        for response, holders in zip(responses, places, strict=True):
            names = [each for each in response.headers if each.lower() == name] if response else []
            pointers.append([child(f"{holder}/headers", each) for holder in holders for each in names])
        if pointers[0]:
            values = tuple(_text(value) for need in needs for value in demanded(need.shape) or ())
            yield self._text_spot(Flow.RESPONSE, needs[0], tuple(pointers), values)

    def _text_spot(
        self,
        flow: Flow,
        proof: Need,
        pointers: Sequence[str | Sequence[str] | None],
        values: tuple[str | None, ...],
    ) -> TextSpot:
        known: list[frozenset[str]] = []
        schemas: list[tuple[Place, ...]] = []
        for bundle, said in zip((self.sides.old, self.sides.new), pointers, strict=True):
            listed = [said] if isinstance(said, str) else said or []
            found = [each for pointer in listed for each in _schema_at(bundle, pointer)]
            behind = {where(place, bundle) for each in found for place in alternatives(each, bundle)}
            known.append(frozenset({*listed, *behind}))
            schemas.append(tuple(found[:1]))
        return TextSpot(flow, proof, self.sides, known[0], known[1], schemas[0], schemas[1], values, not known[1])

    def _sent(self, key: tuple[str, str], texts: _Texts) -> tuple[Need | None, tuple[str | None, ...]]:
        within, name = key
        if within == "path":
            old, new = self.in_path
            return self.needs[0], (new.get(name, old.get(name)),)
        if key in texts:
            return texts[key][0], tuple(_text(sent(need)) for need in texts[key])
        # The members of an object may be sent each under a name of its own.
        members = (each for (part, full), each in texts.items() if part == within and full.startswith(f"{name}["))
        found = next(members, None)
        return (found[0] if found else None), (None,)


def _name(part: str, name: str) -> str:
    return name.lower() if part == "header" else name


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) or value is None else canonical(value).decode()


def _parameters_of(operation: Operation | None) -> dict[tuple[str, str], str]:
    listed = operation.parameters if operation else ()
    return {(each.where, _name(each.where, each.name)): each.pointer for each in listed}


def _places_of(operation: Operation | None, response: Response | None) -> list[str]:
    """Where a response is named, and where a reference from there leads."""
    if operation is None or response is None:
        return []
    return [*dict.fromkeys((child(child(operation.pointer, "responses"), response.status), response.pointer))]


def _holder(body: Body) -> str:
    return body.pointer.rpartition("/content/")[0] or body.pointer


def _schema_at(bundle: Bundle, pointer: str) -> Iterable[Place]:
    """The schema of a parameter or a header; what Swagger says of it stands in the parameter itself."""
    file, hash_sign, inner = pointer.partition("#")
    if not hash_sign:
        file, inner = bundle.root, pointer
    try:
        value = values_along(bundle.documents[file], inner)[-1]
    except LookupError:
        return []
    found = bundle.resolved(Place(file, inner, value))
    if found is None or not isinstance(found.value, dict):
        return []
    if "schema" in found.value:
        return [Place(found.file, child(found.pointer, "schema"), found.value["schema"])]
    return [found] if "type" in found.value else []
