"""Whether readers of a topic in an environment could read what a new schema writes: asked, or held on registering."""

from collections.abc import Callable, Sequence
from typing import Any

from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.names import faults_of_name
from contracthub.domain.reader_checks import TOLD, CheckedReader, ReadersAnswer
from contracthub.domain.registry import SubjectName, is_valid_subject, parse_subject
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.formats.comparisons.reader_writer import compare_text_with
from contracthub.formats.event_schemas import EventSchema
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.reader_requests import schema_offer_from

MOST_ENVIRONMENTS = 100


def check_readers(hub: Hub, body: dict[str, Any]) -> ReadersAnswer:
    """Who would break if this schema were written for its subject; nothing is stored. Raises :class:`Invalid`."""
    environments = _environments_in(body)
    offer = schema_offer_from(body)
    with hub.reading() as unit:
        provider_id = None
        if offer.provider is not None:
            found = unit.pacticipants.find(offer.provider)
            if found is None:
                raise Invalid.of(Fault("provider", f"does not match an existing pacticipant: {offer.provider}"))
            provider_id = found.id
        return _answer(unit, offer.subject, environments, lambda: offer.schema, provider_id)


def refuse_if_readers_break(unit: Unit, subject: SubjectName, schema: EventSchema) -> None:
    """Where the subject asks for it: raises :class:`RegistryRefusal` when a reader in its environments would break."""
    environments = unit.topics.check_of(subject.qualified)
    if not environments:
        return
    answer = _answer(unit, subject.qualified, _existing(unit, environments), lambda: schema, None)
    if answer.is_compatible:
        return
    told = tuple(str(each) for each in answer.broken[:TOLD])
    more = f"; and {len(answer.broken) - TOLD} more" if len(answer.broken) > TOLD else ""
    text = f'Schema being registered breaks readers of subject "{subject.qualified}": {"; ".join(told)}{more}'
    raise RegistryRefusal(40901, text, messages=told)


def get_check(hub: Hub, subject: str) -> tuple[str, ...]:
    """The environments whose readers count when a schema is registered. Raises :class:`NotFound`."""
    with hub.reading() as unit:
        found = unit.topics.check_of(_subject(subject))
        if found is None:
            raise _no_check(subject)
        return found


def set_check(hub: Hub, subject: str, body: dict[str, Any]) -> tuple[str, ...]:
    """Have readers in these environments count from now on. Raises :class:`Invalid`."""
    environments, name = _environments_in(body), _subject(subject)
    with hub.writing() as unit:
        _required_environments(unit, environments)
        unit.topics.set_check(name, environments, now=hub.now())
    return environments


def remove_check(hub: Hub, subject: str) -> None:
    """Have no reader count any more. Raises :class:`NotFound`."""
    with hub.writing() as unit:
        if not unit.topics.remove_check(_subject(subject)):
            raise _no_check(subject)


def _answer(
    unit: Unit, subject: str, environments: Sequence[str], writer: Callable[[], EventSchema], provider_id: int | None
) -> ReadersAnswer:
    homes = _required_environments(unit, environments)
    found = [
        each
        for each in unit.topics.readings_in(homes, subject)
        if provider_id is None or each.reading.provider_id in {None, provider_id}
    ]
    texts = unit.comparisons.texts({each.reading.sha for each in found})
    findings = {sha: compare_text_with(text, writer) for sha, text in texts.items()}
    checked = [
        CheckedReader(
            each.reading.consumer,
            each.reading.version.number,
            each.environment,
            subject,
            each.reading.topic,
            findings[each.reading.sha],
        )
        for each in found
    ]
    return ReadersAnswer(subject, tuple(environments), tuple(sorted(checked, key=lambda each: not each.breaks)))


def _existing(unit: Unit, environments: Sequence[str]) -> tuple[str, ...]:
    """Those that nobody has removed since they were named."""
    there = {each.name for each in unit.environments.with_names(environments)}
    return tuple(each for each in environments if each in there)


def _required_environments(unit: Unit, names: Sequence[str]) -> Sequence[int]:
    found = {each.name: each.id for each in unit.environments.with_names(names)}
    faults = [Fault("environments", f"with name '{name}' does not exist") for name in names if name not in found]
    if faults:
        raise Invalid.of(*faults, code="unknown-environment")
    return [found[name] for name in names]


def _environments_in(body: dict[str, Any]) -> tuple[str, ...]:
    given = body.get("environments")
    if not isinstance(given, list) or not given:
        raise Invalid.of(Fault("environments", "must be a list with the name of at least one environment"))
    if len(given) > MOST_ENVIRONMENTS:
        raise Invalid.of(Fault("environments", f"cannot have more than {MOST_ENVIRONMENTS} entries"))
    faults = [fault for index, name in enumerate(given) for fault in faults_of_name("environments", name, index=index)]
    if faults:
        raise Invalid.of(*faults)
    return tuple(dict.fromkeys(given))


def _subject(text: str) -> str:
    name = parse_subject(text)
    faults = faults_of_name("subject", text)
    if not faults and not is_valid_subject(name):
        faults = [Fault("subject", "is not a valid subject")]
    if faults:
        raise Invalid.of(*faults)
    return name.qualified


def _no_check(subject: str) -> NotFound:
    return NotFound("readers-check-not-found", f"Readers of the subject '{subject}' are not asked on registering")
