"""What a user may ask of a comparison; none of it changes severities, which is the policy's part."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

STABILITY_LEVELS = ("draft", "alpha", "beta", "stable")


@dataclass(frozen=True, slots=True)
class Options:
    """``today`` decides about sunset dates.

    ``days_beta`` and ``days_stable``: how many days before its end an element must be announced, 0 for no rule.
    ``least_stability``: changes of operations below that level are not reported.
    ``flattens_all_of``: members of allOf are merged before anything is compared.
    ``merges_path_parameters``: parameters of a path item count as parameters of each of its operations.
    ``ignored``: keywords of schemas and attributes of operations and parameters that are not compared, such as
    ``default``, ``deprecated`` or ``tags``; what only documents never is.
    ``tells_all``: bounds that harm nobody are told too, such as a maximum that is lower in a response.
    """

    today: date
    days_beta: int = 0
    days_stable: int = 0
    least_stability: str = "beta"
    flattens_all_of: bool = True
    merges_path_parameters: bool = True
    ignored: Collection[str] = ()
    tells_all: bool = False
