"""What a schema says, however it is written: references followed, allOf merged, null and bounds in one notation.

A view is a conjunction of *atoms*: schema objects without references, of which all hold. Two spellings of one schema
(inline or by reference, flat or as allOf, in any order) have equal views, so that a refactoring is no change.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from contracthub.formats.bundle import Place
from contracthub.formats.openapi.diff import keywords
from contracthub.formats.openapi.diff.sides import Side, items, member, without
from contracthub.formats.safe_json import JsonObject, JsonValue

Parts = tuple[Place, ...]


def said_by(parts: Parts) -> JsonValue:
    """What a schema says of values, as it is written, without remarks: to show it, and to tell it from others."""
    said = [keywords.said_of_values(each.value) if isinstance(each.value, dict) else each.value for each in parts]
    return said[0] if len(said) == 1 else {"allOf": said}


# More atoms than this in one conjunction are a document that only wants to be expensive.
_MOST_ATOMS = 500
_MOST_WRAPPERS = 20
_COMPONENTS = ("/components/schemas/", "/definitions/")


@dataclass(slots=True, eq=False)
class View:
    """A schema, flattened. ``key`` is the same for equal conjunctions of the same objects of the document.

    ``types`` without null, None for any type. ``one_of`` and ``any_of`` are the members where more than one remains,
    null aside.
    """

    key: tuple[int, ...]
    place: Place
    component: str | None
    parts: Parts
    types: frozenset[str] | None = None
    is_nullable: bool = False
    formats: frozenset[str] = frozenset()
    values: dict[str, Any] = field(default_factory=dict)
    enum: list[JsonValue] | None = None
    patterns: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    maps: dict[str, dict[str, Parts]] = field(default_factory=dict)
    dependent_required: dict[str, frozenset[str]] = field(default_factory=dict)
    children: dict[str, Parts] = field(default_factory=dict)
    prefix_items: list[Place] = field(default_factory=list)
    one_of: list[Place] = field(default_factory=list)
    any_of: list[Place] = field(default_factory=list)
    all_of: list[Place] = field(default_factory=list)
    is_closed: bool = False
    is_never: bool = False

    @property
    def properties(self) -> dict[str, Parts]:
        """The named properties."""
        return self.maps.get("properties", {})

    @property
    def is_read_only(self) -> bool:
        """Whether the value is only ever sent by the provider."""
        return self.values.get("readOnly") is True

    @property
    def is_write_only(self) -> bool:
        """Whether the value is only ever sent by the consumer."""
        return self.values.get("writeOnly") is True

    @property
    def is_object(self) -> bool:
        """Whether it describes objects: says so, or names properties."""
        return self.types == frozenset({"object"}) or (self.types is None and bool(self.properties))

    @property
    def is_anything(self) -> bool:
        """Whether it keeps no value out: it says nothing, or only documents."""
        unions = (self.one_of, self.any_of, self.all_of, self.prefix_items)
        parts = (self.formats, self.patterns, self.required, self.maps, self.dependent_required, self.children, *unions)
        says = self.types is not None or self.enum is not None or self.is_closed or self.is_never
        return not says and not any(parts) and keywords.REMARKS_KEPT.issuperset(self.values)


@dataclass(slots=True)
class _Atom:
    place: Place
    value: JsonObject
    takes_null: bool


class Views:
    """The views of one side, each made once.

    ``flattens`` merges allOf, otherwise its members are kept apart; ``ignored`` keywords are left out. ``unifies``:
    the other side is of another version of OpenAPI, so that what both spell in their own way is spelled alike.
    """

    def __init__(
        self, side: Side, *, flattens: bool = True, ignored: Collection[str] = (), unifies: bool = False
    ) -> None:
        self._unifies = unifies
        self._formatted: dict[int, JsonObject] = {}
        self.side = side
        self._flattens = flattens
        self._ignored = ignored
        self._known: dict[tuple[int, ...], View] = {}
        self._by_parts: dict[tuple[int, ...], View] = {}
        self._kept: list[JsonValue | Parts] = []

    def of(self, parts: Parts) -> View:
        """The view of a conjunction of places."""
        by_parts = tuple(id(part.value) for part in parts)
        known = self._by_parts.get(by_parts)
        if known is None:
            # Scalars (boolean schemas) share their identity: they are told apart by nothing but their value.
            self._kept.append(parts)
            known = self._by_parts[by_parts] = self._made(parts)
        return known

    def _made(self, parts: Parts) -> View:
        atoms, is_never = self._expanded(parts)
        key = (*sorted(id(atom.value) for atom in atoms), *[1 for atom in atoms if atom.takes_null], int(is_never))
        known = self._known.get(key)
        if known is not None:
            return known
        place = atoms[0].place if atoms else parts[0] if parts else self.side.root
        view = self._known[key] = View(key, place, self._component(parts), parts, is_never=is_never)
        for atom in atoms:
            self._add(view, atom)
        _settle_types(view, atoms)
        keywords.settle(view.values)
        return view

    def _component(self, parts: Parts) -> str | None:
        """The name of the component that the parts are, by reference or in place."""
        if len(parts) != 1:
            return None
        place, value = parts[0], parts[0].value
        if isinstance(value, dict) and isinstance(value.get("$ref"), str):
            if self.side.has_type_lists and len(value) > 1:
                return None
            place = self.side.target(str(value["$ref"]), place)
            if place.file != self.side.bundle.root:
                # A file of schemas has names too: those of its members, or its own.
                return place.pointer.rpartition("/")[2] or place.file
        return component_of(place.pointer)

    def _expanded(self, parts: Parts) -> tuple[list[_Atom], bool]:
        atoms: list[_Atom] = []
        todo = [(part, False) for part in reversed(parts)]
        seen: set[int] = set()
        is_never = False
        while todo and len(atoms) < _MOST_ATOMS:
            place, takes_null = todo.pop()
            value = place.value
            if value is False:
                is_never = True
            if not isinstance(value, dict) or id(value) in seen:
                continue
            seen.add(id(value))
            reference = value.get("$ref")
            if isinstance(reference, str):
                todo.append((self.side.target(reference, place), takes_null))
                if not self.side.has_type_lists or len(value) == 1:
                    continue
            if self._unifies:
                value = self._as_format(value)
                place = Place(place.file, place.pointer, value)
            atoms.append(_Atom(place, value, takes_null))
            if self._flattens:
                todo.extend((each, takes_null) for each in reversed(items(member(place, "allOf"))))
            for keyword in ("oneOf", "anyOf"):
                rest, has_null = self.union(member(place, keyword))
                if len(rest) == 1:
                    todo.append((rest[0], has_null or takes_null))
        return atoms, is_never

    def _as_format(self, schema: JsonObject) -> JsonObject:
        """Binary and base64 as the formats that they were before 3.1 (OpenAPI 3.1, Data Types)."""
        known = self._formatted.get(id(schema))
        if known is not None:
            return known
        made, encoding = schema, schema.get("contentEncoding")
        if encoding == "base64" and "contentMediaType" not in schema:
            made = {key: each for key, each in schema.items() if key != "contentEncoding"}
            made["format"] = "byte"
        elif encoding is None and schema.get("contentMediaType") == "application/octet-stream":
            made = {key: each for key, each in schema.items() if key != "contentMediaType"}
            made.update({"type": "string", "format": "binary"})
        self._formatted[id(schema)] = made
        return made

    def union(self, place: Place | None) -> tuple[list[Place], bool]:
        """The members of oneOf or anyOf without null, and whether null was among them."""
        rest: list[Place] = []
        has_null = False
        for each in items(place):
            value = self.side.resolved(each).value
            if isinstance(value, dict) and not keywords.WRAPPING.isdisjoint(value):
                value = self._unwrapped(each)
            if isinstance(value, dict) and value.get("type") in ("null", ["null"]):
                has_null = True
            else:
                rest.append(each)
        return rest, has_null

    def _add(self, view: View, atom: _Atom) -> None:
        place = without(atom.place, self._ignored)
        value = place.value
        assert isinstance(value, dict)
        keywords.merge(view.values, value)
        names = value.get("required")
        if isinstance(names, list):
            view.required |= {name for name in names if isinstance(name, str)}
        for keyword, found in (("format", "formats"), ("pattern", "patterns")):
            said = value.get(keyword)
            if isinstance(said, str) and said:
                setattr(view, found, getattr(view, found) | {said})
        if isinstance(value.get("enum"), list):
            view.enum = keywords.intersected(view.enum, value["enum"])  # type: ignore[arg-type]
        for keyword in keywords.MAPS:
            for name, each in _schemas_by_name(place, keyword):
                known = view.maps.setdefault(keyword, {})
                known[name] = (*known.get(name, ()), each)
        _add_dependent(view, value.get("dependentRequired"))
        self._add_children(view, place, value)
        self._add_unions(view, place)
        if not view.prefix_items:
            view.prefix_items = items(member(place, "prefixItems"))
        if not self._flattens:
            view.all_of.extend(items(member(place, "allOf")))

    def _add_children(self, view: View, place: Place, value: JsonObject) -> None:
        for keyword in keywords.CHILDREN:
            child = member(place, keyword)
            if child is None or child.value is True or child.value == {}:
                continue
            if child.value is False and keyword in keywords.CLOSING:
                view.is_closed = True
                continue
            if isinstance(child.value, dict | bool):
                view.children[keyword] = (*view.children.get(keyword, ()), child)
        if not keywords.APART.isdisjoint(value) and any(
            len(view.children.get(each, ())) > 1 for each in keywords.APART
        ):
            self._keep_apart(view, place, value)

    def _keep_apart(self, view: View, place: Place, value: JsonObject) -> None:
        """A second ``if`` or ``not`` can't be merged with the first: it stays a member of its own."""
        rest: JsonObject = {key: each for key, each in value.items() if key in keywords.APART}
        for keyword in rest:
            if keyword in view.children:
                view.children[keyword] = view.children[keyword][:1]
        view.all_of.append(Place(place.file, place.pointer, rest))

    def _add_unions(self, view: View, place: Place) -> None:
        for keyword, found in (("oneOf", view.one_of), ("anyOf", view.any_of)):
            rest, has_null = self.union(member(place, keyword))
            if len(rest) < 2:
                continue
            constants = self._constants(rest)
            if constants is not None:
                view.enum = keywords.intersected(view.enum, constants)
            elif found:
                kept: JsonObject = {keyword: [each.value for each in rest]}
                view.all_of.append(Place(place.file, place.pointer, kept))
            else:
                found.extend(rest)
            view.is_nullable |= has_null

    def _constants(self, places: list[Place]) -> list[JsonValue] | None:
        """The values of members that are nothing but constants: a union of them is an enum."""
        found: list[JsonValue] = []
        for place in places:
            value = self._unwrapped(place)
            listed = value.get("enum") if isinstance(value, dict) else None
            if not isinstance(value, dict) or not keywords.CONSTANT.issuperset(value):
                return None
            if "const" in value:
                found.append(value["const"])
            elif isinstance(listed, list) and len(listed) == 1:
                found.extend(listed)
            else:
                return None
        return found

    def _unwrapped(self, place: Place) -> JsonValue:
        """What a schema says about values, references and unions of one followed."""
        for _ in range(_MOST_WRAPPERS):
            place = self.side.resolved(place)
            if not isinstance(place.value, dict):
                break
            said = keywords.said_of_values(place.value)
            wrapper = next((items(member(place, each)) for each in keywords.UNIONS if [*said] == [each]), [])
            if "allOf" in said:
                wrapper = [each for each in wrapper if each.value not in ({}, True)]
            if len(wrapper) != 1:
                return said
            place = wrapper[0]
        return place.value


def component_of(pointer: str) -> str | None:
    """The name of the schema component at a pointer, None for what is inside of one, or elsewhere."""
    for prefix in _COMPONENTS:
        if pointer.startswith(prefix) and "/" not in pointer[len(prefix) :]:
            return pointer[len(prefix) :]
    return None


def _schemas_by_name(place: Place, keyword: str) -> list[tuple[str, Place]]:
    holder = member(place, keyword)
    if holder is None or not isinstance(holder.value, dict):
        return []
    # Names of properties may begin with x-, where they are names and no extensions.
    return [(name, each) for name in holder.value if (each := member(holder, name)) is not None]


def _add_dependent(view: View, dependent: JsonValue) -> None:
    for name, needed in dependent.items() if isinstance(dependent, dict) else ():
        if isinstance(needed, list):
            known = view.dependent_required.get(name, frozenset())
            view.dependent_required[name] = known | {each for each in needed if isinstance(each, str)}


def _type_names(said: JsonValue) -> set[str] | None:
    if isinstance(said, str):
        return {said}
    return {each for each in said if isinstance(each, str)} if isinstance(said, list) else None


def _settle_types(view: View, atoms: list[_Atom]) -> None:
    votes: list[bool] = []
    for atom in atoms:
        names = _type_names(atom.value.get("type"))
        says_null = atom.value.get("nullable") is True or atom.value.get("x-nullable") is True
        if names is None:
            view.is_nullable |= says_null
            continue
        votes.append("null" in names or says_null or atom.takes_null)
        kinds = frozenset(names - {"null"})
        view.types = kinds if view.types is None else keywords.common_types(view.types, kinds)
    view.is_nullable |= bool(votes) and all(votes)
    if view.enum is not None:
        view.enum = [each for each in view.enum if each is not None] or view.enum
    if view.types is None and any(atom.takes_null for atom in atoms):
        view.is_nullable = True
