"""The page of a decision: can this version be deployed there? The answer, what blocks it, and what clears that."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.errors import Invalid
from contracthub.domain.matrix_query import MAX_LIMIT, LatestBy, MatrixQuery, Selector, Target
from contracthub.domain.matrix_question import MatrixRow
from contracthub.domain.verdicts import Decision, Verdict, blocking_verdicts
from contracthub.services.hub import Hub
from contracthub.services.matrix import MatrixAnswer, ask_matrix
from contracthub.services.overview import choices
from contracthub.web.hub import HubOf
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router
from contracthub.web.pages.verdicts import ANSWERS

SUGGESTED = 500
MAX_FIELD = 1024

router: APIRouter = page_router()


@dataclass(frozen=True, slots=True)
class DecisionQuestion:
    """What the form holds; ``tag`` is the older way of naming where to deploy to."""

    pacticipant: str
    version: str
    environment: str
    tag: str = ""

    @classmethod
    def of(cls, request: Request) -> "DecisionQuestion":
        """The question in an address."""
        given = request.query_params
        names = ("pacticipant", "version", "environment", "to")
        return cls(*(given.get(name, "").strip()[:MAX_FIELD] for name in names))

    @property
    def missing(self) -> list[str]:
        """What has to be said before it can be answered; nothing for an empty form."""
        if not any((self.pacticipant, self.version, self.environment, self.tag)):
            return []
        told = {"a pacticipant": self.pacticipant, "a version": self.version}
        told["an environment"] = self.environment or self.tag
        return [name for name, value in told.items() if not value]

    @property
    def is_complete(self) -> bool:
        """Whether it can be answered."""
        return bool(self.pacticipant and self.version and (self.environment or self.tag))

    @property
    def place(self) -> str:
        """Where to, as people say it."""
        return self.environment or f"versions tagged {self.tag}"

    def query(self) -> MatrixQuery:
        """The same for the gate."""
        tag = None if self.environment else self.tag
        return MatrixQuery(
            (Selector(self.pacticipant, version=self.version),),
            Target(latest=tag is not None, tag=tag, environment=self.environment or None),
            latest_by=LatestBy.CONSUMER_VERSION if tag else LatestBy.VERSION_PAIR,
            limit=MAX_LIMIT,
        )


@router.api_route("/can-i-deploy", **page_options())
def can_i_deploy(request: Request, hub: HubOf) -> Response:
    """The form, and the answer where the question is complete."""
    question = DecisionQuestion.of(request)
    if not question.is_complete:
        missing = " and ".join(question.missing)
        fault = f"Name {missing} to get an answer." if missing else None
        return _page(request, hub, question, None, fault)
    try:
        answer = ask_matrix(hub, question.query())
    except Invalid as error:
        return _page(request, hub, question, None, error.message + ".", status=400)
    return _page(request, hub, question, answer, None)


def _page(
    request: Request,
    hub: Hub,
    question: DecisionQuestion,
    answer: MatrixAnswer | None,
    fault: str | None,
    *,
    status: int = 200,
) -> Response:
    names, environments = choices(hub, SUGGESTED)
    values: dict[str, object] = {
        "question": question,
        "fault": fault,
        "names": names,
        "environments": environments,
        "answer": None,
    }
    if answer is not None:
        values |= {
            "answer": ANSWERS[answer.decision.deployable],
            "sentence": _sentence(question, answer.decision),
            "decision": answer.decision,
            "blocking": _facts(answer.decision),
            "evidence": _evidence_of(answer),
        }
    return page(request, "decision.html", status, **values)


def _sentence(question: DecisionQuestion, decision: Decision) -> str:
    what = f"{question.pacticipant} {question.version}"
    if decision.deployable is True:
        return f"{what} can be deployed to {question.place}."
    if decision.deployable is False:
        return f"{what} must not be deployed to {question.place}."
    return f"It is not known whether {what} works in {question.place}, so it must not be deployed."


def _facts(decision: Decision) -> list[Verdict]:
    """What blocks; facts that differ in nothing that is shown are told once."""
    return list({(each.fact, each.remedy): each for each in blocking_verdicts(decision)}.values())


def _evidence_of(answer: MatrixAnswer) -> dict[int, MatrixRow]:
    """The row behind each result, by its number."""
    return {row.verification: row for row in answer.rows if row.verification is not None}
