"""What alchemist_web asks of distilera, and the parts of the answers that it uses. No other field is read."""

from dataclasses import dataclass
from typing import Any

from consumers.http_json import Answer, exchange, expect, segment


class RefusedError(Exception):
    """distilera refused; the page chooses its wording by the code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BusyError(RefusedError):
    """distilera has too much to do; the page tries again after so many seconds."""

    def __init__(self, code: str, message: str, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Simulation:
    """A line of the page."""

    id: str
    recipe: str
    status: str
    yield_ml: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, and between which others it lies."""

    simulations: tuple[Simulation, ...]
    page: int
    total_pages: int


class Distilera:
    """distilera as the pages see it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def simulations(self, page: int, page_size: int) -> Page:
        """A page of simulations; page_size is how many lines fit on the screen."""
        query = {"page": str(page), "page_size": str(page_size)}
        body = self._ask("GET", "/simulations", 200, query=query).body
        found = tuple(_simulation(each) for each in body["data"])
        pagination = body["pagination"]
        if pagination["page_size"] != page_size:
            raise ValueError(f"Asked for pages of {page_size}, distilera cuts pages of {pagination['page_size']}.")
        return Page(found, pagination["page"], pagination["total_pages"])

    def simulation(self, simulation_id: str) -> Simulation:
        """One simulation; raises RefusedError when there is none by that id."""
        return _simulation(self._ask("GET", f"/simulations/{segment(simulation_id)}", 200).body["data"])

    def create(self, recipe: str, operator: str) -> str:
        """Create a simulation and return the path of it."""
        body = {"recipe": recipe, "operator": operator}
        return str(self._ask("POST", "/simulations", 201, body=body).headers["Location"])

    def start(self, simulation_id: str) -> str:
        """Start a simulation and return its new status; raises BusyError, or RefusedError when it is not its turn."""
        answer = self._ask("POST", f"/simulations/{segment(simulation_id)}/start", 200)
        return str(answer.body["data"]["status"])

    def _ask(
        self,
        method: str,
        path: str,
        status: int,
        *,
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> Answer:
        answer = exchange(method, self._base_url + path, query=query, body=body)
        if answer.status >= 400:
            fault = answer.body["error"]
            if answer.status == 429:
                raise BusyError(fault["code"], fault["message"], int(answer.headers["Retry-After"]))
            raise RefusedError(fault["code"], fault["message"])
        return expect(answer, status)


def _simulation(item: dict[str, Any]) -> Simulation:
    return Simulation(item["id"], item["recipe"], item["status"], item["yield_ml"])
