"""The bookshop over GraphQL. Without a seeded bug no request makes an error of its own."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from graphql import build_schema, graphql_sync

SDL = """
type Query {
  author(id: ID!): Author
  authors(limit: Int): [Author!]!
  series(number: Int!): Series
  genres: [String!]!
  reader(id: ID!): Reader
  recommendations(reader: ID!, mood: Mood!): [String!]!
  readingList(id: ID!): ReadingList
}
type Mutation {
  follow(input: FollowInput!): Followed!
  rate(stars: Int!): Int!
}
type Author { id: ID!, name: String! }
type Series { number: Int!, title: String! }
type Reader { id: ID!, name: String! }
type ReadingList { id: ID!, books: [String!] }
type Followed { ok: Boolean! }
input FollowInput { reader: ID!, author: ID! }
enum Mood { BRIGHT, GLOOMY, CURIOUS }
"""


def add_graphql(app: FastAPI, has: Callable[[str], bool]) -> None:
    """Adds ``POST /graphql``; ``has`` says whether a bug is seeded."""
    schema = build_schema(SDL)
    root = _Root(has)

    @app.post("/graphql", include_in_schema=False)
    async def graphql(request: Request) -> JSONResponse:
        try:
            sent = await request.json()
            text, variables, name = sent["query"], sent.get("variables"), sent.get("operationName")
        except (ValueError, TypeError, KeyError, AttributeError):
            return JSONResponse({"errors": [{"message": "no GraphQL request"}]}, 400)
        result = graphql_sync(schema, text, root, variable_values=variables, operation_name=name)
        return JSONResponse(result.formatted)


class _Root:
    """The fields of the root types, each by its name."""

    def __init__(self, has: Callable[[str], bool]) -> None:
        self._has = has

    def author(self, info: Any, id: str) -> dict[str, Any] | None:  # noqa: A002 - the argument's name in the schema
        if id != "au-1":
            return None
        if self._has("author-crash"):
            raise RuntimeError("author")
        return {"id": id, "name": "Le Guin"}

    def authors(self, info: Any, limit: int | None = None) -> list[dict[str, Any]]:
        if limit is not None and limit < 0 and self._has("authors-below-zero"):
            raise RuntimeError("below zero")
        # Who writes under another name is known by those who read it, and is listed nowhere.
        return [{"id": "au-2", "name": "Lem"}][: max(0, limit if limit is not None else 1)]

    def series(self, info: Any, number: int) -> dict[str, Any]:
        return {"number": number, "title": None if self._has("series-without-title") else "Earthsea"}

    def genres(self, info: Any) -> list[str]:
        if self._has("genres-crash"):
            raise RuntimeError("genres")
        return ["fantasy"]

    def reader(self, info: Any, id: str) -> dict[str, Any] | None:  # noqa: A002 - the argument's name in the schema
        if id != "rd-ada":
            return None
        return {"id": id, "name": None if self._has("reader-without-name") else "Ada"}

    def recommendations(self, info: Any, reader: str, mood: str) -> list[str]:
        if reader == "rd-ada" and mood == "GLOOMY" and self._has("gloomy-mood"):
            raise RuntimeError("gloomy")
        return ["bk-17"]

    def readingList(self, info: Any, id: str) -> dict[str, Any]:  # noqa: A002, N802 - names in the schema
        missing = id == "li-1" and self._has("list-without-books")
        return {"id": id, "books": None if missing else ["bk-17"]}

    def follow(self, info: Any, input: dict[str, str]) -> dict[str, Any]:  # noqa: A002 - the argument's name
        if input == {"reader": "rd-ada", "author": "au-1"} and self._has("follow-twice"):
            raise RuntimeError("twice")
        return {"ok": True}

    def rate(self, info: Any, stars: int) -> int:
        if stars == 0 and self._has("rating-of-zero"):
            raise RuntimeError("zero")
        return stars
