"""The ways in which distilera can misbehave; each takes effect in the module of its subject."""

from typing import Final

from providers.breaking import Break

OPENAPI: Final = "distilera.openapi.json"
ASYNCAPI: Final = "distilera.asyncapi.yaml"
EVENT_SCHEMA: Final = "distilera.simulation.events-value.avsc"
_EVENTS: Final = (EVENT_SCHEMA, ASYNCAPI)

CHANGES_PAGE_SIZE: Final = "changes-page-size"
FORGETS_RETRY_AFTER: Final = "forgets-retry-after"
FORGETS_ENVELOPE: Final = "forgets-envelope"
DROPS_UNREAD_FIELD: Final = "drops-unread-field"
DROPS_EVENT_FIELD: Final = "drops-event-field"
RENAMES_EVENT_KIND: Final = "renames-event-kind"
LOSES_EVENT_KEY: Final = "loses-event-key"
FORGETS_EVENT: Final = "forgets-event"
DROPS_UNREAD_EVENT_FIELD: Final = "drops-unread-event-field"
ADDS_EVENT_FIELD: Final = "adds-event-field"

BREAKS: Final = (
    Break(CHANGES_PAGE_SIZE, "A page never holds fewer than ten simulations, whatever page_size says."),
    Break(FORGETS_RETRY_AFTER, "Too many running simulations are answered with 429 without Retry-After."),
    Break(FORGETS_ENVELOPE, "A simulation comes bare, without its envelope data.", changes=(OPENAPI,)),
    Break(DROPS_UNREAD_FIELD, "The field furnace of a simulation is gone; no consumer reads it.", changes=(OPENAPI,)),
    Break(DROPS_EVENT_FIELD, "An event lacks yield_ml, which hoardwell alone reads.", changes=_EVENTS),
    Break(RENAMES_EVENT_KIND, "The kind FINISHED of an event is now called COMPLETED.", changes=_EVENTS),
    Break(LOSES_EVENT_KEY, "An event comes without its key, so that events of a simulation lose their order."),
    Break(FORGETS_EVENT, "No event tells that a simulation was finished."),
    Break(DROPS_UNREAD_EVENT_FIELD, "The field operator of an event is gone; no consumer reads it.", changes=_EVENTS),
    Break(ADDS_EVENT_FIELD, "An event has a new field batch; nobody is hurt.", changes=_EVENTS),
)
