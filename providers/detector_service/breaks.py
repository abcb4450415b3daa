"""The ways in which detector_service can misbehave; each takes effect in the module of its subject."""

from typing import Final

from providers.breaking import Break

OPENAPI: Final = "detector_service.openapi.json"

LEAKS_OTHER_TENANT: Final = "leaks-other-tenant"
ERROR_WITHOUT_TYPE: Final = "error-without-type"
REMOVES_DEPRECATED_FIELD: Final = "removes-deprecated-field"
LOSES_NEXT_PAGE: Final = "loses-next-page"
DROPS_UNREAD_FIELD: Final = "drops-unread-field"

BREAKS: Final = (
    Break(LEAKS_OTHER_TENANT, "A dataset is returned to whoever asks, also to the other tenant."),
    Break(ERROR_WITHOUT_TYPE, "Problem details come without their type."),
    Break(
        REMOVES_DEPRECATED_FIELD,
        "The deprecated field state of a detector is gone before its sunset.",
        changes=(OPENAPI,),
    ),
    Break(LOSES_NEXT_PAGE, "A page of datasets never says that another follows."),
    Break(
        DROPS_UNREAD_FIELD,
        "The field threshold of a detector is gone; no consumer reads it, nobody is hurt.",
        changes=(OPENAPI,),
    ),
)
