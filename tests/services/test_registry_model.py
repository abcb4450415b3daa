"""Any history of registering, deleting, choosing and asking: the registry answers as a few dictionaries do."""

import itertools
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from contracthub.domain.registry import Page, SchemaType, SubjectName
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.formats.compatibility import Level, conflicts
from contracthub.formats.event_schemas import parse, reads
from contracthub.services.registry_config import config_of, remove_config, set_config, set_mode
from contracthub.services.registry_lookup import schema_by_id, versions_of_id
from contracthub.services.registry_subjects import subjects
from contracthub.storage.engine import Database
from tests.services.registering import Registry, record

TEXTS = (
    record("n.R", a="int"),
    record("n.R", a="long"),
    record("n.R", a="int", b=("int", 1)),
    record("n.R", a="int", b="int"),
    record("n.R", b="string"),
    '"string"',
)
READ = [parse(SchemaType.AVRO, text) for text in TEXTS]
SUBJECTS = st.sampled_from(("s", "t/ü"))
SCHEMAS = st.integers(0, len(TEXTS) - 1)
LEVELS = st.sampled_from(tuple(Level))
MODES = st.sampled_from(("READWRITE", "READWRITE", "READWRITE", "READONLY"))
CONTEXTS = itertools.count()


@dataclass
class Subject:
    """What the model knows of one: versions as (schema, deleted) by number."""

    versions: dict[int, tuple[int, bool]] = field(default_factory=dict)
    highest: int = 0
    level: Level | None = None
    mode: str | None = None

    def live(self) -> list[int]:
        return [number for number, (_, deleted) in sorted(self.versions.items()) if not deleted]

    def settle(self) -> None:
        if not self.versions:
            self.highest, self.level, self.mode = 0, None, None


class Histories(RuleBasedStateMachine):
    registry: ClassVar[Registry]

    @initialize(level=st.sampled_from((Level.NONE, Level.NONE, Level.BACKWARD, Level.FULL_TRANSITIVE)))
    def begin(self, level: Level) -> None:
        self.context = f".c{next(CONTEXTS)}"
        self.model = {"s": Subject(), "t/ü": Subject()}
        self.order: list[int] = []  # the schemas as they got their ids
        self.choose_level_of_all(level)

    # What the registry is asked

    @rule(name=SUBJECTS, schemas=st.lists(SCHEMAS, min_size=1, max_size=4))
    def register(self, name: str, schemas: list[int]) -> None:
        for schema in schemas:
            self._register(name, schema)

    def _register(self, name: str, schema: int) -> None:
        subject = self.model[name]
        answer = self._answer(lambda: self.registry.register(self._named(name), TEXTS[schema]))
        expected = self._registered(subject, schema)
        if isinstance(expected, int):
            assert answer == expected
        else:
            assert (answer.schema.id, answer.version) == expected

    @rule(name=SUBJECTS, schema=SCHEMAS, deleted=st.booleans())
    def look_up(self, name: str, schema: int, deleted: bool) -> None:
        there = self.model[name].versions
        numbers = [*there] if deleted else self.model[name].live()
        same = [number for number in numbers if there[number][0] == schema]
        answer = self._answer(lambda: self.registry.find(self._named(name), TEXTS[schema], deleted=deleted))
        if not numbers or not same:
            assert answer == (40403 if numbers else 40401)
        else:
            assert (answer.version, answer.schema.id) == (max(same), self._id(schema))

    @rule(name=SUBJECTS, schema=SCHEMAS)
    def check(self, name: str, schema: int) -> None:
        answer = self.registry.check(self._named(name), TEXTS[schema])
        assert answer.compatible == self._may_follow(self.model[name], schema)

    @rule(name=SUBJECTS, which=st.integers(0, 4), permanent=st.booleans())
    def delete_version(self, name: str, which: int, permanent: bool) -> None:
        subject = self.model[name]
        # One that is there, mostly.
        number = dict(enumerate(sorted(subject.versions))).get(which, which + 1)
        answer = self._answer(lambda: self.registry.delete(self._named(name), str(number), permanent=permanent))
        assert answer == self._version_deleted(subject, number, permanent=permanent)

    @rule(name=SUBJECTS, permanent=st.booleans())
    def delete_subject(self, name: str, permanent: bool) -> None:
        subject = self.model[name]
        answer = self._answer(lambda: self.registry.delete(self._named(name), permanent=permanent))
        assert answer == self._subject_deleted(subject, permanent=permanent)

    @rule(name=SUBJECTS, level=st.none() | LEVELS)
    def choose_level(self, name: str, level: Level | None) -> None:
        subject, place = self.model[name], SubjectName(self.context, name)
        if level is None:
            answer = self._answer(lambda: remove_config(self.registry.hub, place))
            assert (answer == 40401) == (subject.level is None)
        else:
            set_config(self.registry.hub, place, {"compatibility": level.lower()})
        subject.level = level

    @rule(level=LEVELS)
    def choose_level_of_all(self, level: Level) -> None:
        set_config(self.registry.hub, SubjectName(self.context, ""), {"compatibility": level})
        self.level = level

    @rule(name=SUBJECTS, mode=MODES)
    def choose_mode(self, name: str, mode: str) -> None:
        set_mode(self.registry.hub, SubjectName(self.context, name), mode)
        self.model[name].mode = mode

    # What it must always show

    @invariant()
    def listings(self) -> None:
        hub = self.registry.hub
        for deleted in (False, True):
            shown = [each.subject for each in subjects(hub, context=self.context, deleted=deleted)]
            there = [name for name, each in self.model.items() if (each.versions if deleted else each.live())]
            assert shown == sorted(there)
        for name, subject in self.model.items():
            shown_numbers = self._answer(lambda name=name: self.registry.versions(self._named(name), deleted=True))
            assert shown_numbers == (sorted(subject.versions) or 40401)
            latest = self._answer(lambda name=name: self.registry.version(self._named(name)).version)
            assert latest == (max(subject.live()) if subject.live() else latest)
            config = config_of(hub, SubjectName(self.context, name), default_to_global=True)
            assert config.compatibility_level == (subject.level or self.level)

    @invariant()
    def every_id_means_what_it_meant(self) -> None:
        used = {schema for subject in self.model.values() for schema, _ in subject.versions.values()}
        for schema in range(len(TEXTS)):
            number = self._id(schema)
            if number is None:
                continue
            answer = self._answer(lambda number=number: schema_by_id(self.registry.hub, self.context, number))
            if schema not in used:
                assert answer == 40403
                continue
            assert parse(SchemaType.AVRO, answer.schema.text).canonical == READ[schema].canonical
            registered = versions_of_id(self.registry.hub, self.context, number, deleted=True, page=Page())
            assert [(each.name.subject, each.version) for each in registered] == sorted(
                (name, version)
                for name, subject in self.model.items()
                for version, (held, _) in subject.versions.items()
                if held == schema
            )

    # What the model would do

    def _registered(self, subject: Subject, schema: int) -> int | tuple[int | None, int]:
        same = [number for number in subject.live() if subject.versions[number][0] == schema]
        if same:
            return self._id(schema), max(same)
        if subject.mode == "READONLY":
            return 42205
        if not self._may_follow(subject, schema):
            return 40901
        if schema not in self.order:
            self.order.append(schema)
        subject.highest += 1
        subject.versions = {number: kept for number, kept in subject.versions.items() if kept != (schema, True)} | {
            subject.highest: (schema, False)
        }
        return self._id(schema), subject.highest

    def _may_follow(self, subject: Subject, schema: int) -> bool:
        earlier = [READ[subject.versions[number][0]] for number in reversed(subject.live())]
        return not conflicts(subject.level or self.level, READ[schema], earlier, reads)

    def _version_deleted(self, subject: Subject, number: int, *, permanent: bool) -> int:
        if number not in subject.versions:
            return 40402 if subject.versions else 40401
        if subject.mode == "READONLY":
            return 42205
        schema, deleted = subject.versions[number]
        if permanent != deleted:
            return 40407 if permanent else 40406
        if permanent:
            del subject.versions[number]
            subject.settle()
        else:
            subject.versions[number] = (schema, True)
        return number

    def _subject_deleted(self, subject: Subject, *, permanent: bool) -> int | list[int]:
        if not subject.versions:
            return 40401
        if subject.mode == "READONLY":
            return 42205
        live, every = subject.live(), sorted(subject.versions)
        if permanent:
            if live:
                return 40405
            subject.versions = {}
            subject.settle()
            return every
        if not live:
            return 40404
        subject.versions = {number: (schema, True) for number, (schema, _) in subject.versions.items()}
        return live

    def _id(self, schema: int) -> int | None:
        return self.order.index(schema) + 1 if schema in self.order else None

    def _named(self, name: str) -> str:
        return f":{self.context}:{name}"

    def _answer(self, ask: Any) -> Any:
        """What the registry says, or the number of its refusal."""
        try:
            return ask()
        except RegistryRefusal as error:
            return error.error_code


@pytest.fixture
def histories(database: Database) -> type[Histories]:
    return type("HistoriesHere", (Histories,), {"registry": Registry.over(database)})


def test_the_registry_answers_as_the_model_does(histories: type[Histories]) -> None:
    run_state_machine_as_test(
        histories,
        settings=settings(max_examples=15, stateful_step_count=40, suppress_health_check=[*HealthCheck], deadline=None),
    )
