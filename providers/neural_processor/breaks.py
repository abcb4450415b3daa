"""The ways in which neural_processor can misbehave; each takes effect in the module of its protocol."""

from typing import Final

from providers.breaking import Break

OPENAPI: Final = "neural_processor.openapi.json"
ASYNCAPI: Final = "neural_processor.asyncapi.yaml"

DROPS_TOTAL_SAMPLES: Final = "drops-total-samples"
FORGETS_LOCATION: Final = "forgets-location"
RENAMES_DONE: Final = "renames-done"
NEVER_FINISHES: Final = "never-finishes"
ADDS_FIELD: Final = "adds-field"
ANSWERS_PROCESSED_FIRST: Final = "answers-processed-first"
SKIPS_DATA: Final = "skips-data"
CLOSES_ABNORMALLY: Final = "closes-abnormally"
ADDS_SOCKET_FIELD: Final = "adds-socket-field"
LOSES_PACKET: Final = "loses-packet"
SLOW_TAIL: Final = "slow-tail"

BREAKS: Final = (
    Break(DROPS_TOTAL_SAMPLES, "The data of a session comes without total_samples.", changes=(OPENAPI,)),
    Break(FORGETS_LOCATION, "A job is accepted with 202 but without the Location to poll."),
    Break(RENAMES_DONE, "A job that is done reports the status finished instead of done."),
    Break(NEVER_FINISHES, "A job that is running is running for ever."),
    Break(ANSWERS_PROCESSED_FIRST, "On the socket processed comes before the data that was processed."),
    Break(SKIPS_DATA, "On the socket the second chunk of a session is never sent."),
    Break(CLOSES_ABNORMALLY, "A socket that is asked to stop is closed with 1011, not with 1000."),
    Break(LOSES_PACKET, "The third packet that comes from Kafka is lost."),
    Break(SLOW_TAIL, "Three of a hundred answers with the data of a session take 800 ms."),
    Break(ADDS_SOCKET_FIELD, "On the socket processed has a new field pipeline; nobody is hurt.", changes=(ASYNCAPI,)),
    Break(ADDS_FIELD, "The data of a session has a new field sampling_rate; nobody is hurt.", changes=(OPENAPI,)),
)
