"""The bookshop's office: members, loans and shelves behind tokens, in pages of every kind; with faults, or clean."""

import base64
import binascii
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from providers.refusals import allowed_methods, sentence_of
from tests.seeded_bugs.office_store import Office
from tests.seeded_bugs.office_tokens import claims_of
from tests.seeded_bugs.policy_bugs import POLICY_BUG_NAMES

Has = Callable[[str], bool]
MOST_SEARCHES = 20
_LARGEST = 50
_PROBLEM = "application/problem+json"
_TRACE = 'Traceback (most recent call last):\n  File "/srv/office/loans.py", line 12, in create\nKeyError: member'


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class NewMember(BaseModel):
    name: str = Field(min_length=1, max_length=60)


class Member(NewMember):
    id: str
    suspended: bool = False


class Members(BaseModel):
    items: list[Member]
    next_cursor: str | None


class NewLoan(BaseModel):
    title: str = Field(min_length=1, max_length=60)


class Loan(NewLoan):
    id: str


class Loans(BaseModel):
    loans: list[Loan]
    total: int


class Shelf(BaseModel):
    id: str
    label: str


class NewShelf(BaseModel):
    label: str = Field(min_length=1, max_length=60)


class Announcement(BaseModel):
    id: str
    text: str


class Announcements(BaseModel):
    data: list[Announcement]
    page: int
    total_pages: int


class Fine(BaseModel):
    amount: float
    sum: float = Field(json_schema_extra={"deprecated": True, "x-sunset": "2035-12-31"})


class Fines(BaseModel):
    fines: list[Fine]


class Refused(Exception):
    """A request that can't be fulfilled."""

    def __init__(self, status: int, title: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(title)
        self.status, self.title, self.headers = status, title, headers or {}


def _declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {each: {"description": "Refused.", "content": {_PROBLEM: {"schema": schema}}} for each in statuses}


def _problem(status: int, title: str, headers: dict[str, str] | None = None, *, told: int | None = None) -> Response:
    body = {"type": "about:blank", "title": title, "status": told or status, "detail": title}
    return JSONResponse(body, status, headers, media_type=_PROBLEM)


class OfficeApp(FastAPI):
    """The application; its document has the schema of problems too."""

    def openapi(self) -> dict[str, Any]:
        """The document, built once."""
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return document


def create_office(bugs: Collection[str] = ()) -> FastAPI:
    """The office with these faults. Raises ValueError for a name that none has."""
    unknown = set(bugs).difference(POLICY_BUG_NAMES)
    if unknown:
        raise ValueError(f"There is no fault {', '.join(sorted(unknown))}.")
    has = frozenset(bugs).__contains__
    app = OfficeApp(title="Bookshop office", version="1.0.0", docs_url=None, redoc_url=None, responses=_declared(422))
    office = Office(has)
    _refusals(app, has)
    _headers(app, has)
    _public(app, has)
    for add in (_members, _member, _loans, _shelves, _others):
        add(app, has, office)
    return app


def _asks(has: Has) -> Callable[..., dict[str, Any]]:
    bearer = HTTPBearer(auto_error=False)

    def claims(request: Request, given: Annotated[Any, Depends(bearer)] = None) -> dict[str, Any]:
        path = request.url.path
        if given is None and has("members-are-open") and path == "/members" and request.method == "GET":
            return {"sub": "anybody", "shop": "north", "role": "clerk"}
        found = None if given is None else claims_of(given.credentials, has)
        if found is None and given is not None and has("any-token-will-do") and path == "/loans":
            return {"sub": "anybody", "shop": "north", "role": "clerk"}
        if found is None:
            raise Refused(401, "Who are you?", {} if has("silent-401") else {"WWW-Authenticate": "Bearer"})
        return found

    return claims


def _refusals(app: FastAPI, has: Has) -> None:
    @app.exception_handler(Refused)
    def refuse(_: Request, error: Refused) -> Response:
        return _problem(error.status, error.title, error.headers)

    @app.exception_handler(RequestValidationError)
    def refuse_invalid(request: Request, error: RequestValidationError) -> Response:
        is_broken = any(each["type"] == "json_invalid" for each in error.errors())
        if is_broken and has("crash-on-broken-body") and request.url.path == "/members":
            return _problem(500, "Internal error")
        if has("trace-in-refusal") and request.url.path == "/loans":
            return _problem(422, _TRACE)
        return _problem(422, sentence_of(error))

    @app.exception_handler(HTTPException)
    def refuse_other(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and has("page-for-404"):
            return HTMLResponse("<h1>Not here</h1>", 404)
        headers = {"Allow": allowed_methods(request)} if error.status_code == 405 else None
        return _problem(error.status_code, str(error.detail), headers)


def _headers(app: FastAPI, has: Has) -> None:
    @app.middleware("http")
    async def add(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.method == "TRACE" and has("trace-is-on"):
            sent = "\r\n".join(f"{name}: {value}" for name, value in request.headers.items())
            return Response(f"TRACE {request.url.path}\r\n{sent}", 200, media_type="message/http")
        answer = await call(request)
        if not has("guessing-browsers"):
            answer.headers["X-Content-Type-Options"] = "nosniff"
        shared = has("shared-cache") and request.url.path == "/members"
        answer.headers["Cache-Control"] = "public, max-age=60" if shared else "no-store"
        origin = request.headers.get("origin")
        if origin is not None and has("any-origin"):
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Allow-Credentials"] = "true"
        if has("old-software"):
            answer.headers["X-Powered-By"] = "Office/2.4.1"
        return answer


def _public(app: FastAPI, has: Has) -> None:
    texts = [Announcement(id=f"an-{number}", text=f"Announcement {number}") for number in range(7)]

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "up"}

    @app.get("/announcements")
    def announcements(
        request: Request,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        per_page: Annotated[int, Query(ge=1, le=_LARGEST)] = 3,
    ) -> Announcements:
        if has("guarded-announcements") and "authorization" not in request.headers:
            raise Refused(401, "Who are you?", {"WWW-Authenticate": "Bearer"})
        pages = -(-len(texts) // per_page)
        held = texts[(page - 1) * per_page : page * per_page]
        told = min(pages, 2) if has("early-end") else pages
        return Announcements(data=held if page <= told else [], page=page, total_pages=told)


def _members(app: FastAPI, has: Has, office: Office) -> None:
    who = Annotated[dict[str, Any], Depends(_asks(has))]
    limit_type = Annotated[int, Query(ge=1, le=_LARGEST)]

    @app.get("/members", responses=_declared(400, 401))
    def members(
        request: Request,
        claims: who,
        limit: limit_type = 10,
        cursor: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Members:
        del request
        found = [each for each in office.members if each["shop"] == claims["shop"] or has("foreign-members-listed")]
        at = _number_in(cursor, has)
        rest = [each for each in found if each["number"] > at]
        more = len(rest) > limit
        page = rest[:limit]
        last = page[-1]["number"] - (1 if has("cursor-repeats") and limit > 1 else 0) if page else 0
        following = base64.urlsafe_b64encode(f"m{last}".encode()).decode() if more else None
        return Members(items=[Member(**each) for each in page], next_cursor=following)

    if has("boundless-pages"):
        _boundless(app, office)

    @app.post("/members", status_code=201, responses=_declared(400, 401))
    def create(claims: who, new: NewMember) -> Member:
        return Member(**office.add_member(claims["shop"], new.name))


def _boundless(app: FastAPI, office: Office) -> None:
    """The document still tells the bound, and the code has forgotten it."""

    @app.middleware("http")
    async def whole(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        limit = request.query_params.get("limit", "")
        if request.url.path == "/members" and limit.isdecimal() and int(limit) > _LARGEST:
            items = [{"id": each["id"], "name": each["name"], "suspended": False} for each in office.members]
            return JSONResponse(
                {"items": (items * (int(limit) // max(1, len(items)) + 1))[: int(limit)], "next_cursor": None}
            )
        return await call(request)


def _number_in(cursor: str | None, has: Has) -> int:
    if cursor is None:
        return 0
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
        if text[:1] == "m" and text[1:].isdecimal():
            return int(text[1:])
    except (binascii.Error, ValueError):
        pass
    if has("forgiving-cursor"):
        return 0
    raise Refused(400, "There is no page by this cursor.")


def _member(app: FastAPI, has: Has, office: Office) -> None:
    who = Annotated[dict[str, Any], Depends(_asks(has))]

    def own(member_id: str, claims: dict[str, Any], fault: str) -> dict[str, Any]:
        found = office.member(member_id)
        if found is None or (found["shop"] != claims["shop"] and not has(fault)):
            raise Refused(404, "There is no such member.")
        return found

    @app.get("/members/{member_id}", response_model=Member, responses=_declared(401, 404))
    def read(member_id: str, claims: who) -> Any:
        if has("empty-is-found") and office.member(member_id) is None:
            return JSONResponse(None)
        return own(member_id, claims, "foreign-member-read")

    @app.put("/members/{member_id}", responses=_declared(401, 404))
    def replace(member_id: str, claims: who, new: NewMember) -> Member:
        found = own(member_id, claims, "foreign-member-changed")
        found["name"] = f"{new.name} (changed)" if found["shop"] != claims["shop"] else new.name
        return Member(**found)

    @app.post("/members/{member_id}/suspend", responses=_declared(401, 404))
    def suspend(member_id: str, claims: who) -> Member:
        found = own(member_id, claims, "foreign-member-suspended")
        found["suspended"] = True
        return Member(**found)

    @app.delete("/members/{member_id}", status_code=204, responses=_declared(401, 404))
    def delete(member_id: str, claims: who) -> None:
        found = office.member(member_id)
        if has("foreign-member-deleted") and found is not None:
            office.members.remove(found)
        found = found if found is not None and found["shop"] == claims["shop"] else own(member_id, claims, "")
        if found in office.members:
            office.members.remove(found)


def _loans(app: FastAPI, has: Has, office: Office) -> None:
    who = Annotated[dict[str, Any], Depends(_asks(has))]

    @app.get("/loans", responses=_declared(401))
    def loans(
        claims: who,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=_LARGEST)] = 10,
    ) -> Loans:
        found = office.loans_of(claims["shop"], begins=offset == 0)
        start = offset + 1 if has("offset-skips") and offset else offset
        page = found[start : offset + limit]
        return Loans(loans=[Loan(**each) for each in page], total=len(found) + (1 if has("wrong-total") else 0))

    taken: Any = dict[str, Any] if has("anything-is-a-loan") else NewLoan
    body = {"content": {"application/json": {"schema": NewLoan.model_json_schema()}}, "required": True}

    def create(claims: who, new: taken) -> Loan:
        title = new.get("title") or "nothing" if isinstance(new, dict) else new.title
        return Loan(**office.add_loan(claims["shop"], str(title)))

    app.post("/loans", status_code=201, responses=_declared(401), openapi_extra={"requestBody": body})(create)

    def own(loan_id: str, claims: dict[str, Any]) -> dict[str, Any]:
        found = office.loan(loan_id)
        if found is not None and found["shop"] != claims["shop"] and has("foreign-loan-told"):
            raise Refused(403, "It is not yours.")
        if found is None or found["shop"] != claims["shop"]:
            raise Refused(404, "There is no such loan.")
        return found

    @app.get("/loans/{loan_id}", response_model=Loan, responses=_declared(401, 404))
    def read(loan_id: str, claims: who) -> Any:
        if has("status-of-another") and office.loan(loan_id) is None:
            return _problem(404, "There is no such loan.", told=400)
        return own(loan_id, claims)

    @app.delete("/loans/{loan_id}", status_code=204, responses=_declared(401, 403, 404))
    def delete(loan_id: str, claims: who) -> None:
        if claims["role"] != "manager" and not has("clerks-delete-loans"):
            raise Refused(403, "Only a manager may.")
        office.loans.remove(own(loan_id, claims))


def _shelves(app: FastAPI, has: Has, office: Office) -> None:
    who = Annotated[dict[str, Any], Depends(_asks(has))]
    link = {"Link": {"schema": {"type": "string"}, "description": "The next page."}}

    @app.get("/shelves", responses={200: {"headers": link}, **_declared(401)})
    def shelves(
        claims: who,
        response: Response,
        per_page: Annotated[int, Query(ge=1, le=_LARGEST)] = 10,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    ) -> list[Shelf]:
        found = [each for each in office.shelves if each["shop"] == claims["shop"]]
        following = page + 1 if page * per_page < len(found) else 1 if has("endless-shelves") else None
        if following is not None:
            response.headers["Link"] = f'</shelves?per_page={per_page}&page={following}>; rel="next"'
        return [Shelf(**each) for each in found[(page - 1) * per_page : page * per_page]]

    @app.post("/shelves", status_code=201, responses=_declared(401))
    def create(claims: who, new: NewShelf) -> Shelf:
        return Shelf(**office.add_shelf(claims["shop"], new.label))


def _others(app: FastAPI, has: Has, office: Office) -> None:
    who = Annotated[dict[str, Any], Depends(_asks(has))]

    @app.get("/audit", responses=_declared(401, 403))
    def audit(claims: who) -> dict[str, Any]:
        if claims["role"] != "manager" or has("managers-locked-out"):
            raise Refused(403, "Only a manager may.")
        return {"entries": []}

    @app.get("/fines", deprecated=True, response_model=Fines, responses=_declared(401))
    def fines(claims: who, response: Response) -> Any:
        del claims
        headers = {"Cache-Control": "no-store"}
        if not has("silent-deprecation"):
            headers |= {"Deprecation": "@1767225600", "Sunset": "Mon, 31 Dec 2035 23:59:59 GMT"}
        del response
        fine = {"amount": 2.5} if has("lost-field") else {"amount": 2.5, "sum": 2.5}
        return JSONResponse({"fines": [fine]}, headers=headers)

    limits = {"X-RateLimit-Remaining": {"schema": {"type": "integer"}, "required": True}}

    @app.get("/search", responses={200: {"headers": limits}, **_declared(401, 429)})
    def search(claims: who, response: Response, q: str = "", x_client: Annotated[str, Header()] = "") -> dict[str, Any]:
        del q, x_client
        left = office.searches_left(claims["sub"], MOST_SEARCHES, time.monotonic())
        if left < 0:
            raise Refused(429, "Too many searches.", {} if has("limit-without-hint") else {"Retry-After": "5"})
        response.headers["X-RateLimit-Remaining"] = str(left)
        return {"found": []}
