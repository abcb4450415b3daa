"""Who uses an element of what a provider offers, as the hub tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.needs import places_asked
from contracthub.client.spelling import naming
from contracthub.domain.element_usage import ElementReader, ElementUsage, ElementUse, NotKnown, Removal


class NotAnElement(HubAnswered):
    """The hub knows no element of that name; its messages say which are near."""


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    """Which element of which provider, and who counts; see ``docs/who-reads.md``."""

    provider: str
    element: str
    environments: tuple[str, ...] = ()
    main_branches: bool = False
    ignore_silent: tuple[str, ...] = ()
    allow_defaults: bool = False


@dataclass(frozen=True, slots=True)
class UsageAnswer:
    """The answer as values, and as it came."""

    usage: ElementUsage
    document: JsonObject


def ask_who_reads(hub: Hub, question: UsageQuestion) -> UsageAnswer:
    """Who uses the element. Raises NotAnElement and HubFailure."""
    url = f"{hub.connection.base_url}/api/v1/providers/{quote(question.provider, safe='')}/element-readers"
    asked = [("element", question.element)]
    asked += places_asked(question.environments, main_branches=question.main_branches)
    asked += [("ignoreSilent", name) for name in question.ignore_silent]
    asked += [("allowDefaults", "true")] if question.allow_defaults else []
    only = question.environments[0] if len(question.environments) == 1 else None
    try:
        with naming((question.provider,), only):
            document = hub.get(url, asked).data
    except HubAnswered as refusal:
        if refusal.status == 400 and _is_about_element(refusal.document.get("errors")):
            raise NotAnElement(refusal.status, refusal.messages, asked=refusal.asked, body=refusal.body) from refusal
        raise
    try:
        return UsageAnswer(_usage(document), document)
    except (KeyError, TypeError, ValueError) as error:
        told = f"{url} does not say who uses it ({type(error).__name__}: {error}). The hub may be too old."
        raise AnswerNotUnderstood(told) from error


def _is_about_element(faults: object) -> bool:
    """Whether all that a refusal finds wrong is the element, in either shape of the hub's errors."""
    if isinstance(faults, Mapping):
        return faults.keys() == {"element"}
    listed = faults if isinstance(faults, list) else []
    return bool(listed) and all(isinstance(each, Mapping) and each.get("pointer") == "/element" for each in listed)


def _usage(document: JsonObject) -> ElementUsage:
    return ElementUsage(
        str(document["provider"]),
        texts_in(document["elements"]),
        texts_in(document["environments"]),
        readers_in(document["readers"]),
        not_known_in(document["unknown"]),
        not_known_in(document["ignored"]),
        _removal(document["removable"]),
    )


def _removal(said: object) -> Removal:
    if said is None:
        return Removal.UNKNOWN
    if not isinstance(said, bool):
        raise TypeError("removable")
    return Removal.UNUSED if said else Removal.USED


def readers_in(value: object) -> tuple[ElementReader, ...]:
    """Consumers with their uses. Raises KeyError, TypeError and ValueError for what is none."""
    return tuple(_reader(each) for each in objects_in(value))


def not_known_in(value: object) -> tuple[NotKnown, ...]:
    """What is not known, as it came. Raises KeyError and TypeError for what is none."""
    return tuple(
        NotKnown(
            str(each["why"]),
            str(each.get("consumer", "")),
            str(each.get("version", "")),
            texts_in(each.get("environments", [])),
        )
        for each in objects_in(value)
    )


def _reader(it: Mapping[str, object]) -> ElementReader:
    uses = tuple(
        ElementUse(str(each["does"]), str(each["interaction"]), str(each["operation"]), str(each["place"]))
        for each in objects_in(it["uses"])
    )
    return ElementReader(
        str(it["consumer"]),
        str(it["version"]),
        texts_in(it["environments"]),
        str(it["kind"]),
        datetime.fromisoformat(str(it["since"])),
        uses,
        int(str(it["useCount"])),
        it["canDoWithout"] is True,
    )


def objects_in(value: object) -> Sequence[Mapping[str, object]]:
    """A list of objects. Raises TypeError for what is none."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise TypeError("not a list of objects")
    return value


def texts_in(value: object) -> tuple[str, ...]:
    """A list of texts. Raises TypeError for what is no list."""
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(map(str, value))
