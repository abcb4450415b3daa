"""The ways in which neural_processor can misbehave. Where each takes effect is in rest.py."""

from typing import Final

from providers.breaking import Break

OPENAPI: Final = "neural_processor.openapi.json"

DROPS_TOTAL_SAMPLES: Final = "drops-total-samples"
FORGETS_LOCATION: Final = "forgets-location"
RENAMES_DONE: Final = "renames-done"
ADDS_FIELD: Final = "adds-field"

BREAKS: Final = (
    Break(DROPS_TOTAL_SAMPLES, "The data of a session comes without total_samples.", changes=(OPENAPI,)),
    Break(FORGETS_LOCATION, "A job is accepted with 202 but without the Location to poll."),
    Break(RENAMES_DONE, "A job that is done reports the status finished instead of done."),
    Break(ADDS_FIELD, "The data of a session has a new field sampling_rate; nobody is hurt.", changes=(OPENAPI,)),
)
