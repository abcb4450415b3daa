"""The matrix: how the question is written (pact-broker-api §13), and its answer as typed values.

A hub answers with a ``decision`` besides the Pact Broker's keys; an answer without one is complete all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub, Query
from contracthub.client.notices import Notice, notices_from
from contracthub.client.spelling import naming


@dataclass(frozen=True, slots=True)
class VersionSelector:
    """One pacticipant of the question, and which of its versions are meant."""

    pacticipant: str
    version: str | None = None
    branch: str | None = None
    tag: str | None = None
    main_branch: bool = False
    latest: bool = False


@dataclass(frozen=True, slots=True)
class MatrixQuestion:
    """What is asked: the selectors, where they are to go, and what must not count."""

    selectors: tuple[VersionSelector, ...]
    environment: str | None = None
    to_tag: str | None = None
    ignored: tuple[VersionSelector, ...] = ()
    limit: int | None = None
    latest_by: str | None = None
    infer_latest: bool = True
    to_main_branches: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a row: an application, and its version where one is known."""

    name: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A consumer version, a provider version, and what the verification between them gave.

    ``topic`` is there in rows about what a consumer reads from a topic, ``live`` (kind and name) in those about a live
    contract, ``verdict`` where documents, a policy or a waiver had a say. A Pact Broker tells neither ``kind`` nor
    ``evidence``.
    """

    consumer: Side
    provider: Side
    success: bool | None
    ignored: bool = False
    verified_at: str | None = None
    topic: str | None = None
    live: str | None = None
    verdict: str | None = None
    kind: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """How, when and with what outcome the provider was last held to its own documents."""

    kind: str
    at: str
    success: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """The result or comparison that a verdict rests on, and where it is; comparisons have no ``number``.

    ``verified_at`` is when it was recorded or compared, ``documents`` with what; ``success`` is None where these do not
    speak of all.
    """

    number: int | None
    success: bool | None
    verified_at: str | None = None
    provider_branch: str | None = None
    url: str | None = None
    documents: tuple[str, ...] = ()
    checked: LiveCheck | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The hub's word on one pair; ``remedy`` and ``command`` are there when something can be done about it."""

    consumer: Side
    provider: Side
    verdict: str
    fact: str
    remedy: str | None = None
    command: str | None = None
    evidence: "Evidence | None" = None
    topic: str | None = None
    live: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixAnswer:
    """What the hub answers; ``deployable`` is None where it does not know, which is never a yes."""

    deployable: bool | None
    reason: str
    unknown: int
    notices: tuple[Notice, ...]
    rows: tuple[MatrixRow, ...]
    verdicts: tuple[Verdict, ...]
    blocking: tuple[int, ...]
    document: JsonObject


def ask_matrix(hub: Hub, question: MatrixQuestion) -> MatrixAnswer:
    """The matrix for the question. Raises HubFailure; HubAnswered 400 names what is wrong with the question."""
    url = hub.connection.base_url + "/matrix"
    try:
        with naming((one.pacticipant for one in question.selectors), question.environment):
            answer = hub.get(url, query_from(question))
    except HubAnswered as refusal:
        if refusal.status == 404 and not refusal.is_of_a_hub:
            raise AnswerNotUnderstood(f"There is no hub at {hub.connection.base_url}: it has no /matrix.") from refusal
        raise
    return answer_from(answer.data)


def query_from(question: MatrixQuestion) -> Query:
    """The question as a query; the order matters, because a repeated key opens the next selector."""
    query: list[tuple[str, str]] = []
    for selector in question.selectors:
        query += _selector_query(selector)
    query.append(("latestby", question.latest_by or _latest_by(question)))
    if question.environment:
        query.append(("environment", question.environment))
    if question.to_tag:
        query += [("tag", question.to_tag), ("latest", "true")]
    elif question.to_main_branches:
        query += [("mainBranch", "true"), ("latest", "true")]
    elif question.infer_latest and not question.environment and len(question.selectors) == 1:
        query.append(("latest", "true"))
    for ignored in question.ignored:
        query.append(("ignore[][pacticipant]", ignored.pacticipant))
        query += [("ignore[][version]", ignored.version)] if ignored.version else []
    query += [("kind", ",".join(question.kinds))] if question.kinds else []
    return [*query, ("limit", str(question.limit))] if question.limit else query


def _latest_by(question: MatrixQuestion) -> str:
    return "cvpv" if question.environment or len(question.selectors) > 1 else "cvp"


def _selector_query(selector: VersionSelector) -> Query:
    parts = {
        "pacticipant": selector.pacticipant,
        "version": selector.version,
        "branch": selector.branch,
        "tag": selector.tag,
        "mainBranch": "true" if selector.main_branch else None,
        "latest": "true" if selector.latest else None,
    }
    return [(f"q[][{key}]", value) for key, value in parts.items() if value is not None]


def answer_from(document: JsonObject) -> MatrixAnswer:
    """The answer as values. Raises AnswerNotUnderstood when it does not say whether it is deployable."""
    summary = document.get("summary")
    if not isinstance(summary, Mapping) or "deployable" not in summary:
        raise AnswerNotUnderstood("The answer has no summary.deployable, so it is not the matrix of a hub.")
    decision = _mapping(document.get("decision"))
    verdicts, blocking = verdicts_from(document)
    return MatrixAnswer(
        deployable=_agreed(summary.get("deployable"), decision),
        reason=str(summary.get("reason") or ""),
        unknown=_count(summary.get("unknown")),
        notices=notices_from(document),
        rows=tuple(_row(one) for one in _objects(document.get("matrix"))),
        verdicts=verdicts,
        blocking=blocking,
        document=document,
    )


def verdicts_from(document: JsonObject) -> tuple[tuple[Verdict, ...], tuple[int, ...]]:
    """The verdicts of an answer's decision, and the positions of those that block."""
    decision = _mapping(document.get("decision"))
    verdicts = tuple(_verdict(one) for one in _objects(decision.get("verdicts")))
    return verdicts, _positions(decision.get("blocking"), len(verdicts))


def _agreed(summary: object, decision: Mapping[str, object]) -> bool | None:
    """Yes only when everything that the hub says is yes; anything that is no boolean counts as unknown."""
    said = [summary, decision["deployable"]] if "deployable" in decision else [summary]
    if any(word is False for word in said):
        return False
    return True if all(word is True for word in said) else None


def _row(row: Mapping[str, object]) -> MatrixRow:
    result = _mapping(row.get("verificationResult"))
    success, verified_at = result.get("success"), result.get("verifiedAt")
    return MatrixRow(
        consumer=_side(row.get("consumer")),
        provider=_side(row.get("provider")),
        success=success if isinstance(success, bool) else None,
        ignored=row.get("ignored") is True,
        verified_at=verified_at if isinstance(verified_at, str) else None,
        topic=_text(row.get("topic") or row.get("subject")),
        live=_live(row),
        verdict=_text(row.get("verdict")),
        kind=_text(row.get("kind")),
        evidence=_text(row.get("evidence")),
    )


def _verdict(verdict: Mapping[str, object]) -> Verdict:
    remedy = _mapping(verdict.get("remedy"))
    return Verdict(
        consumer=_side(verdict.get("consumer")),
        provider=_side(verdict.get("provider")),
        verdict=str(verdict.get("verdict") or "UNKNOWN"),
        fact=str(verdict.get("fact") or ""),
        remedy=_text(remedy.get("text")),
        command=_text(remedy.get("command")),
        evidence=_evidence(verdict.get("evidence")),
        topic=_text(verdict.get("topic") or verdict.get("subject")),
        live=_live(verdict),
    )


def _live(told: Mapping[str, object]) -> str | None:
    """The live contract that a row or a verdict is about, as people call it."""
    kind, name = told.get("kind"), told.get("name")
    return f"{kind} “{name}”" if isinstance(kind, str) and isinstance(name, str) else None


def _evidence(value: object) -> Evidence | None:
    """What the hub says of the result behind a verdict; it decides nothing, so what is odd is left out."""
    found = _mapping(value)
    number, success, compared_at = found.get("number"), found.get("success"), found.get("comparedAt")
    documents = found.get("documents")
    named = tuple(map(str, documents)) if isinstance(documents, list) else ()
    if not isinstance(success, bool) and not named:
        return None
    if not (isinstance(number, int) or compared_at):
        return None
    if not isinstance(number, int):
        number = None
    url = _mapping(_mapping(found.get("_links")).get("self")).get("href")
    when = found.get("verifiedAt") if number is not None else compared_at
    known, branch = success if isinstance(success, bool) else None, _text(found.get("providerBranch"))
    return Evidence(number, known, _text(when), branch, _text(url), named, _live_check(found.get("checked")))


def _live_check(value: object) -> LiveCheck | None:
    found = _mapping(value)
    success = found.get("success")
    return LiveCheck(str(found.get("kind")), str(found.get("at")), success) if isinstance(success, bool) else None


def _side(value: object) -> Side:
    """A side in either shape: the matrix nests the number in an object, a decision gives it directly."""
    side = _mapping(value)
    version = side.get("version")
    number = version.get("number") if isinstance(version, Mapping) else version
    return Side(str(side.get("name") or ""), _text(number))


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _positions(value: object, size: int) -> tuple[int, ...]:
    found = value if isinstance(value, list) else []
    return tuple(at for at in found if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < size)


def _objects(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
