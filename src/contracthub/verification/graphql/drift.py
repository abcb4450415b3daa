"""Whether the schema that a provider was said to have is the one that the running instance has."""

from contracthub.domain.verification_reports import Mismatch
from contracthub.domain.verification_runs import Check, CheckStatus, Suite
from contracthub.verification.graphql.judge import Judge, NotJudged, Refused

NAME = "the published schema is the running one"


def drift_check(judge: Judge, given: str, running: str) -> Check:
    """Fails where the running schema breaks what the given one promises; what it offers beyond that is a note."""
    try:
        found = judge.drift(given, running)
    except (Refused, NotJudged) as error:
        return Check(suite=Suite.GRAPHQL, name=NAME, status=CheckStatus.COULD_NOT_RUN, error=str(error))
    breaking = tuple(
        Mismatch("schema", str(each["element"]), str(each["text"])) for each in found["changes"] if each["breaking"]
    )
    others = tuple(str(each["text"]) for each in found["changes"] if not each["breaking"])
    if not breaking:
        return Check(suite=Suite.GRAPHQL, name=NAME, status=CheckStatus.PASSED, notes=others)
    return Check(
        suite=Suite.GRAPHQL,
        name=NAME,
        status=CheckStatus.FAILED,
        mismatches=breaking,
        error=f"The running provider does not keep what its schema promises: {breaking[0].text}",
        notes=others,
    )
