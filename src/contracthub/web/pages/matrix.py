"""Pages of the matrix: one integration as a grid, and the rows of any question."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.comparisons import ContractKind, OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.matrix_query import MatrixQuery
from contracthub.domain.standings import VerdictKind
from contracthub.domain.weighing import verdict_of_paper
from contracthub.services import matrix as services
from contracthub.services.integration_matrix import Grid, grid_of
from contracthub.services.ports.matrix import Published, Result, VersionRef
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.matrix_query import matrix_query_from
from contracthub.web.pages.links import links_of
from contracthub.web.pages.rendering import page
from contracthub.web.pages.routing import page_options, page_router
from contracthub.web.pages.verdicts import ANSWERS

router: APIRouter = page_router()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A consumer version with what each provider version made of one of its contracts."""

    published: Published
    same_as_newer: bool
    cells: tuple["Cell", ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of a consumer version with a provider version: a result, else what documents say, else nothing."""

    version: VersionRef
    result: Result | None
    paper: OnPaper | None

    @property
    def kind(self) -> VerdictKind | None:
        """The verdict of the documents, where there is no result."""
        return None if self.paper is None else verdict_of_paper(self.paper)


def grid_rows(grid: Grid) -> tuple[GridRow, ...]:
    """The rows of a grid; ``same_as_newer`` where the contract is that of the next version above that has one."""
    rows = []
    above: dict[LiveName | None, int] = {}
    for each in grid.published:
        cells = tuple(
            Cell(
                version,
                grid.results.get((each.contract_id, version.id)),
                grid.papers.get((each.version.id, each.live, version.id)),
            )
            for version in grid.provider_versions
        )
        rows.append(GridRow(each, each.contract_id == above.get(each.live), cells))
        above[each.live] = each.contract_id
    return tuple(rows)


@router.api_route("/matrix/provider/{provider:segment}/consumer/{consumer:segment}", **page_options())
def integration(request: Request, provider: str, consumer: str, hub: HubOf) -> Response:
    """The grid of one integration."""
    grid = grid_of(hub, consumer, provider)
    return page(request, "integration.html", grid=grid, rows=grid_rows(grid))


@router.api_route("/matrix", **page_options())
def matrix(request: Request, hub: HubOf) -> Response:
    """The rows of a question that is asked in the address, as the API reads it."""
    query = matrix_query_from(request.scope["query_string"])
    if not query.selectors:
        return page(request, "matrix.html", query=query, answer=None, decision=None, title="Matrix")
    answer = services.ask_matrix(hub, query)
    return page(
        request,
        "matrix.html",
        query=query,
        answer=answer,
        decision=ANSWERS[answer.decision.deployable],
        kinds=kind_links(request, answer.kinds),
        title=_title(query),
    )


def kind_links(request: Request, kinds: Sequence[ContractKind]) -> tuple[tuple[str, str, bool], ...]:
    """The same question with the rows of all kinds, and of each: as what, where, and whether that is shown now."""
    asked = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    shown = {name for key, value in asked if key in {"kind", "kind[]"} for name in value.split(",") if name}
    others = [(key, value) for key, value in asked if key not in {"kind", "kind[]"}]
    address = f"{links_of(request).base}/matrix?"
    every = (("All kinds", address + urlencode(others), not shown),)
    each = ((kind.value, address + urlencode([*others, ("kind", kind.value)]), shown == {kind}) for kind in kinds)
    return (*every, *each)


def _title(query: MatrixQuery) -> str:
    return ", ".join(" ".join(filter(None, (each.pacticipant, each.version))) for each in query.selectors[:3])
