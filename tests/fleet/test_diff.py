"""Every break of the fleet is classified: what the diff says of its documents, and whom it names, is who fails it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumers.hoardwell.reading import READER_SCHEMA
from contracthub.domain.readers import EventText
from contracthub.domain.registry import SchemaType
from contracthub.formats.changes import Change, worst_of
from contracthub.formats.differences import DocumentDifference, difference
from contracthub.formats.graphql.contract import read as read_graphql
from contracthub.formats.impact.asyncapi import AsyncApiImpact
from contracthub.formats.impact.events import EventImpact, schema_of
from contracthub.formats.impact.graphql import GraphqlImpact
from contracthub.formats.impact.hits import Impact
from contracthub.formats.impact.openapi import OpenApiImpact
from contracthub.formats.impact.readers import event_text, impact_on_reader
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Direction, Need
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from tests.fleet.running import FLEET, PACTS, ROOT, StartProvider, replay_pacts

TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()
TOPIC = "simulation.events"
READER = EventText(SchemaType.AVRO, READER_SCHEMA.read_text(), (), "")
KINDS = {".openapi.json": "openapi", ".graphql": "graphql", ".asyncapi.yaml": "asyncapi", ".avsc": "avro"}

# provider, break, for each document that it changes the worst severity, the consumers that break
CLASSIFIED: dict[tuple[str, str], tuple[dict[str, str], set[str]]] = {
    ("neural_processor", "drops-total-samples"): ({"openapi": "breaking"}, {"api_gateway"}),
    ("neural_processor", "adds-field"): ({"openapi": "safe"}, set()),
    ("neural_processor", "adds-socket-field"): ({"asyncapi": "safe"}, set()),
    ("mercatrix", "renames-essence-coins"): ({"graphql": "breaking"}, {"distilera_market"}),
    ("mercatrix", "turns-coins-into-text"): ({"graphql": "breaking"}, {"distilera_market"}),
    ("mercatrix", "requires-kind"): ({"graphql": "breaking"}, {"distilera_market"}),
    ("mercatrix", "errors-without-field"): ({"graphql": "breaking"}, {"distilera_market"}),
    ("mercatrix", "drops-unread-field"): ({"graphql": "breaking"}, set()),
    ("mercatrix", "adds-field"): ({"graphql": "safe"}, set()),
    ("distilera", "forgets-envelope"): ({"openapi": "breaking"}, {"alchemist_web"}),
    ("distilera", "drops-unread-field"): ({"openapi": "breaking"}, set()),
    ("distilera", "drops-event-field"): ({"avro": "breaking", "asyncapi": "breaking"}, {"hoardwell"}),
    ("distilera", "renames-event-kind"): ({"avro": "breaking", "asyncapi": "breaking"}, {"hoardwell"}),
    ("distilera", "drops-unread-event-field"): ({"avro": "breaking", "asyncapi": "breaking"}, set()),
    ("distilera", "adds-event-field"): ({"avro": "safe", "asyncapi": "safe"}, set()),
    ("detector_service", "removes-deprecated-field"): ({"openapi": "breaking"}, {"anomaly_console"}),
    ("detector_service", "drops-unread-field"): ({"openapi": "breaking"}, set()),
}
# These are in no document: what is answered is what was described, at another time or to somebody else.
BEHAVIOURAL = {
    ("neural_processor", "forgets-location"),
    ("neural_processor", "renames-done"),
    ("neural_processor", "never-finishes"),
    ("neural_processor", "answers-processed-first"),
    ("neural_processor", "skips-data"),
    ("neural_processor", "closes-abnormally"),
    ("neural_processor", "loses-packet"),
    ("neural_processor", "slow-tail"),
    ("mercatrix", "forgets-errors"),
    ("distilera", "changes-page-size"),
    ("distilera", "forgets-retry-after"),
    ("distilera", "loses-event-key"),
    ("distilera", "forgets-event"),
    ("detector_service", "leaks-other-tenant"),
    ("detector_service", "error-without-type"),
    ("detector_service", "loses-next-page"),
}


def needs_in(pact: Path) -> tuple[Need, ...]:
    return PACT.needs(PACT.read(pact.read_bytes(), DOCUMENT))


def format_of(document: str) -> str:
    return next(kind for end, kind in KINDS.items() if document.endswith(end))


def compared(document: str, new: bytes) -> tuple[Upload, Upload, DocumentDifference]:
    """A document as it is committed and as it is now, with the difference."""
    before = Upload(document, {document: (ROOT / "specs" / document).read_bytes()})
    after = Upload(document, {document: new})
    return before, after, difference(format_of(document), before, after, today=TODAY)


def impacts_of(document: str, new: bytes, needs: tuple[Need, ...], *, reads: bool) -> list[Impact]:
    """What the changes are to a pact, and to the reader schema of who has one."""
    before, after, found = compared(document, new)
    kind = format_of(document)
    felt: list[Impact | None] = []
    if kind == "graphql":
        felt = [GraphqlImpact(read_graphql(before).schema, read_graphql(after).schema, found.changes).of(needs)]
    elif kind == "openapi":
        felt = [OpenApiImpact(found.old, found.new, found.changes).of(needs)]
    elif kind == "asyncapi":
        impact = AsyncApiImpact(found.old, found.new, found.changes)
        felt = [impact.of(needs), impact.on_reader(READER, f"{TOPIC}-value", TOPIC) if reads else None]
    else:
        schemas = schema_of(found.old, before), schema_of(found.new, after)
        felt = [EventImpact(*schemas, found.changes).of(needs, TOPIC.__eq__)]
        texts = event_text(kind, before), event_text(kind, after)
        felt += [impact_on_reader(READER, *texts, found.changes)] if reads else []
    return [each for each in felt if each is not None]


def is_described(kind: str, need: Need) -> bool:
    return (need.direction is Direction.MESSAGE) == (kind in ("asyncapi", "avro"))


def test_every_break_is_classified() -> None:
    breaks = {(provider.name, each.name): bool(each.changes) for provider in FLEET.values() for each in provider.breaks}
    assert {key for key, is_seen in breaks.items() if is_seen} == CLASSIFIED.keys()
    assert {key for key, is_seen in breaks.items() if not is_seen} == BEHAVIOURAL


@pytest.mark.parametrize(("provider", "name"), CLASSIFIED)
def test_a_break_names_whom_it_fails(provider: str, name: str, start_provider: StartProvider) -> None:
    severities, hurt = CLASSIFIED[provider, name]
    app = FLEET[provider].create_app(frozenset({name}))
    documents = next(each.changes for each in FLEET[provider].breaks if each.name == name)
    url = start_provider(provider, name)
    failed = {
        pact.name.partition("-")[0]
        for pact in PACTS[provider]
        if any(not each.passed for each in replay_pacts(provider, url, pact).interactions)
    }
    assert failed == hurt
    worst: dict[str, str] = {}
    for document in documents:
        kind, new = format_of(document), FLEET[provider].specs[document](app).encode()
        worst[kind] = str(worst_of(compared(document, new)[2].changes))
        named = set()
        for pact in PACTS[provider]:
            needs = tuple(need for need in needs_in(pact) if is_described(kind, need))
            consumer = pact.name.partition("-")[0]
            impacts = impacts_of(document, new, needs, reads=consumer == "hoardwell") if needs else []
            assert all(impact.unjudged == () for impact in impacts)
            # The pact and the reader schema of a consumer see the same.
            assert len({any(hit.breaks for hit in impact.hits) for impact in impacts}) <= 1
            named |= {consumer} if any(hit.breaks for impact in impacts for hit in impact.hits) else set()
        assert named == hurt, document
    assert worst == severities


@pytest.mark.parametrize(("provider", "name"), sorted(BEHAVIOURAL))
def test_a_break_of_behaviour_is_in_no_document(provider: str, name: str) -> None:
    app = FLEET[provider].create_app(frozenset({name}))
    changes: dict[str, tuple[Change, ...]] = {
        document: compared(document, text_of(app).encode())[2].changes
        for document, text_of in FLEET[provider].specs.items()
    }
    assert not any(changes.values())
