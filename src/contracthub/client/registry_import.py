"""From another schema registry into a hub: reads everything it shows, in order, and sends it on as records.

Ids and versions stay what they are. The hub takes the records as it takes an archive: each whole or not at all.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contracthub.client.archive_sending import ArchiveSender, Record, Told
from contracthub.client.errors import HubAnswered, HubFailure
from contracthub.client.hub import Hub
from contracthub.client.moving_report import MovingReport
from contracthub.client.registry_source import RegistrySource
from contracthub.domain.registry import (
    CONFIG_FIELDS,
    DEFAULT_CONTEXT,
    SERVER_CONFIG,
    Mode,
    SubjectName,
    parse_subject,
)

R = TypeVar("R")
LIMITS = (
    "Ids of schemas that were permanently deleted are not shown by registries; only what is there keeps its id.",
    "Settings and modes of subjects without any version are not shown by registries.",
    "When versions were registered is not shown by registries; the time of the import stands in.",
)
_DELETED = ("deleted", "true")
# A registry that knows contexts lists those of all of them by this; others ignore it, or find nothing.
_EVERYWHERE = ("subjectPrefix", ":*:")
# What says that there is nothing of its own, or that the source does not know contexts.
_NOTHING = frozenset({400, 404, 405, 422, 501})
_PARTS = {"metadata": "metadata", "ruleSet": "ruleSet"}


class RegistryUnreadable(HubFailure):
    """The registry that is read gave no usable answer."""


@dataclass(slots=True)
class _Version:
    """A version of the source, and what it uses."""

    name: SubjectName
    number: int
    record: Record
    uses: tuple[tuple[SubjectName, int], ...]


@dataclass(slots=True)
class RegistryImport:
    """A move from one schema registry to a hub; ``context`` is put before those of the source."""

    source: RegistrySource
    target: Hub
    report: MovingReport
    told: Told
    context: str = DEFAULT_CONTEXT
    _limited: set[str] = field(default_factory=set)
    _sent: set[tuple[SubjectName, int]] = field(default_factory=set)

    def run(self) -> None:
        """Carry over what is not there yet. Raises RegistryUnreadable, or HubFailure of the target."""
        sender = ArchiveSender(self.target, self.report, lenient=True, told=self.told)
        self.report.limits += LIMITS
        try:
            names = _reading(self._subjects)
            for records in (self._contexts(names), self._settings(names), self._versions(names)):
                for record in _read(records):
                    sender.add(record)
                sender.flush()
        finally:
            self.source.close()

    def _subjects(self) -> list[SubjectName]:
        """The subjects of all contexts, deleted ones too."""
        found = {*self.source.texts("subjects", query=[_DELETED])}
        try:
            found |= {*self.source.texts("subjects", query=[_DELETED, _EVERYWHERE])}
        except HubAnswered as refusal:
            if refusal.status not in _NOTHING:
                raise
        return sorted({parse_subject(each) for each in found})

    def _contexts(self, names: list[SubjectName]) -> Iterator[Record]:
        try:
            found = {*self.source.texts("contexts")}
        except HubAnswered as refusal:
            if refusal.status not in _NOTHING:
                raise
            found = set()
        contexts = {each for each in found if each.startswith(".")} | {each.context for each in names}
        for context in sorted(contexts | {DEFAULT_CONTEXT}):
            chosen = self._chosen(SubjectName(context, ""))
            if chosen.get("mode", Mode.READWRITE) != Mode.READWRITE:
                self._limited.add(context)
            if context == DEFAULT_CONTEXT:
                self._tell_of_mode(chosen.get("mode"))
            if chosen or context != DEFAULT_CONTEXT:
                yield {"type": "registryContext", "name": self._moved(context)} | chosen

    def _tell_of_mode(self, mode: str | None) -> None:
        if mode is not None:
            self.report.limits.append(
                f"The source is in mode {mode}, and so is the hub now, unless it had chosen another. "
                "PUT /mode of the schema registry changes it."
            )

    def _settings(self, names: list[SubjectName]) -> Iterator[Record]:
        for name, chosen in self.source.each(lambda each: (each, self._chosen(each)), names):
            if not chosen:
                continue
            yield {"type": "registrySubject", "context": self._moved(name.context), "name": name.subject} | chosen

    def _chosen(self, name: SubjectName) -> dict[str, str]:
        """The settings and the mode that a subject or a context has of its own."""
        segments = () if name == SubjectName(DEFAULT_CONTEXT, "") else (_path_name(name),)
        title = f"Settings of {name.qualified or 'the registry'}"
        config = self._own(title, "config", *segments)
        named = {key: config[key] for key in CONFIG_FIELDS if config.get(key) is not None}
        if isinstance(config.get("alias"), str):
            named["alias"] = self._moved_subject(config["alias"], name.context)
        mode = self._own(title, "mode", *segments).get("mode")
        found = {}
        if named and (segments or named != {"compatibilityLevel": SERVER_CONFIG.compatibility_level}):
            found["config"] = json.dumps(named)
        if isinstance(mode, str) and (mode != Mode.READWRITE or self._is_exception(name)):
            found["mode"] = mode
        return found

    def _is_exception(self, name: SubjectName) -> bool:
        """Whether to be writable is said against something. Some registries say it of every subject."""
        above = {DEFAULT_CONTEXT} if name.is_context else {DEFAULT_CONTEXT, name.context}
        return name != SubjectName(DEFAULT_CONTEXT, "") and not above.isdisjoint(self._limited)

    def _own(self, title: str, *segments: str) -> Mapping[str, Any]:
        return self.source.tried("registrySubject", title, lambda: self._members_or_none(*segments)) or {}

    def _members_or_none(self, *segments: str) -> Mapping[str, Any]:
        try:
            return self.source.members(*segments)
        except HubAnswered as refusal:
            if refusal.status in _NOTHING:
                return {}
            raise

    def _versions(self, names: list[SubjectName]) -> Iterator[Record]:
        """Every version, by subject and number, but after those that it uses."""
        waiting: list[_Version] = []
        numbers = self.source.each(self._numbers, names)
        asked = ((name, number, deleted) for of_one in numbers for name, number, deleted in of_one)
        for found in self.source.each(lambda each: self._version(*each), asked):
            if found is None:
                continue
            if all(used in self._sent for used in found.uses):
                self._sent.add((found.name, found.number))
                yield found.record
            else:
                waiting.append(found)
        yield from self._ordered(waiting)

    def _ordered(self, waiting: list[_Version]) -> Iterator[Record]:
        """Those that use others, once these are sent; what can't be ordered goes last, and the hub says what lacks."""
        while waiting:
            left = []
            for each in waiting:
                if all(used in self._sent for used in each.uses):
                    self._sent.add((each.name, each.number))
                    yield each.record
                else:
                    left.append(each)
            if len(left) == len(waiting):
                yield from (each.record for each in left)
                return
            waiting = left

    def _numbers(self, name: SubjectName) -> list[tuple[SubjectName, int, bool]]:
        path = ("subjects", name.qualified, "versions")
        title = f"Versions of {name.qualified}"
        every = self.source.tried("registryVersion", title, lambda: self.source.numbers(*path, query=[_DELETED]))
        live = self.source.tried("registryVersion", title, lambda: self._live(path)) if every else None
        if every is None or live is None:
            return []
        return [(name, number, number not in live) for number in sorted({*every})]

    def _live(self, path: tuple[str, ...]) -> set[int]:
        """The versions that are not deleted; of a subject that is deleted there are none."""
        try:
            return {*self.source.numbers(*path)}
        except HubAnswered as refusal:
            if refusal.status != 404:
                raise
            return set()

    def _version(self, name: SubjectName, number: int, deleted: bool) -> _Version | None:  # noqa: FBT001 - a row
        title = f"Version {number} of {name.qualified}"
        path = ("subjects", name.qualified, "versions", str(number))
        told = self.source.tried("registryVersion", title, lambda: self.source.members(*path, query=[_DELETED]))
        if told is None:
            return None
        given = told.get("references") or []
        references = given if isinstance(given, list) and all(isinstance(each, dict) for each in given) else []
        kind = told.get("schemaType")
        content = {
            "schemaType": "AVRO" if kind is None else kind,
            "schema": told.get("schema"),
            # What is no list of references is left to the hub to refuse.
            "references": [self._reference(each, name.context) for each in references] or given,
        }
        content |= {key: json.dumps(told[key]) for key in _PARTS if isinstance(told.get(key), dict)}
        record = {
            "type": "registryVersion",
            "context": self._moved(name.context),
            "subject": name.subject,
            "version": number,
            "id": told.get("id"),
            "deleted": deleted,
            "content": content,
        }
        return _Version(name, number, record, tuple(_used(each, name.context) for each in references))

    def _reference(self, told: Mapping[str, Any], context: str) -> dict[str, Any]:
        subject = self._moved_subject(str(told.get("subject")), context)
        return {"name": told.get("name"), "subject": subject, "version": told.get("version")}

    def _moved_subject(self, text: str, context: str) -> str:
        """A subject as it is named at the source, as it is to be named here."""
        name = parse_subject(text, context)
        if not text.startswith(":."):
            return text
        return SubjectName(self._moved(name.context), name.subject).qualified

    def _moved(self, context: str) -> str:
        """The context of the hub for one of the source."""
        if self.context == DEFAULT_CONTEXT:
            return context
        return self.context if context == DEFAULT_CONTEXT else self.context + context


def _used(told: Mapping[str, Any], context: str) -> tuple[SubjectName, int]:
    version = told.get("version")
    return parse_subject(str(told.get("subject")), context), version if isinstance(version, int) else 0


def _path_name(name: SubjectName) -> str:
    return f":{name.context}:" if name.is_context else name.qualified


def _reading(function: Callable[..., R], *arguments: Any) -> R:
    """What the source says; a failure while it is asked is the source's, not the target's."""
    try:
        return function(*arguments)
    except HubFailure as failure:
        raise RegistryUnreadable(str(failure)) from failure


def _read(records: Iterator[Record]) -> Iterator[Record]:
    """The records; a failure while they are read is the source's, not the target's."""
    try:
        yield from records
    except HubFailure as failure:
        raise RegistryUnreadable(str(failure)) from failure
