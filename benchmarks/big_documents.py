"""Documents of the size of the largest public ones: an OpenAPI of 10 MB and 1,000 operations, a schema of 1 MB."""

import random
from typing import Any

TYPES = ("string", "integer", "number", "boolean")


def openapi_document(
    operations: int = 1_000, schemas: int = 800, seed: int = 1, circle: int | None = None
) -> dict[str, Any]:
    """About 10 MB as JSON: schemas that refer to one another and to themselves, examples, errors, long descriptions.

    Each schema leads to all others, or to those of its ``circle`` of so many.
    """
    chance = random.Random(seed)
    within = circle or schemas
    return {
        "openapi": "3.0.3",
        "info": {"title": "A large API", "version": "1", "description": _prose(chance, 200)},
        "servers": [{"url": "https://api.example/v1"}],
        "paths": {
            f"/group{number % 40}/things{number}/{{id}}": {"get": _operation(chance, number, schemas)}
            for number in range(operations)
        },
        "components": {"schemas": {f"Thing{number}": _schema(chance, number, within) for number in range(schemas)}},
    }


def _operation(chance: random.Random, number: int, schemas: int) -> dict[str, Any]:
    def answer(which: int) -> dict[str, Any]:
        schema = {"$ref": f"#/components/schemas/Thing{which}"}
        example = {f"field{index}": _prose(chance, 12) for index in range(22)}
        return {
            "description": _prose(chance, 10),
            "content": {"application/json": {"schema": schema, "examples": {"one": {"value": example}}}},
        }

    return {
        "operationId": f"things/get-{number}",
        "summary": _prose(chance, 8),
        "description": _prose(chance, 60),
        "tags": [f"group{number % 40}"],
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "page", "in": "query", "description": _prose(chance, 12), "schema": {"type": "integer"}},
        ],
        "responses": {"200": answer(number % schemas), "404": answer(0), "422": answer(1)},
    }


def _schema(chance: random.Random, number: int, within: int) -> dict[str, Any]:
    first = number // within * within
    properties: dict[str, Any] = {
        f"field{index}": {
            "type": chance.choice(TYPES),
            "description": _prose(chance, 14),
            "nullable": chance.random() < 0.2,
        }
        for index in range(chance.randrange(10, 60))
    }
    for index in range(3):
        properties[f"other{index}"] = {"$ref": f"#/components/schemas/Thing{first + chance.randrange(within)}"}
    properties["items"] = {
        "type": "array",
        "items": {"$ref": f"#/components/schemas/Thing{first + (number * 7) % within}"},
    }
    return {"type": "object", "required": ["field0", "field1"], "properties": properties}


def sdl(size: int = 1_000_000, seed: int = 1) -> str:
    """A GraphQL schema of that many characters."""
    chance = random.Random(seed)
    written = [
        "type Query { node(id: ID!): Node things(first: Int = 10, filter: Filter): [Thing0!]! }",
        "interface Node { id: ID! }",
        "input Filter { name: String state: [String!] = [] }",
        "scalar DateTime",
        "type Thing0 implements Node { id: ID! }",
    ]
    length, number = 0, 1
    while length < size:
        text = _type(chance, number)
        written.append(text)
        length += len(text) + 1
        number += 1
    return "\n".join(written)


def _type(chance: random.Random, number: int) -> str:
    told = f'"""{_prose(chance, 15)}"""\n'
    kind = chance.randrange(8)
    if kind == 0:
        return (
            told + f"enum State{number} {{ {' '.join(f'VALUE_{index}' for index in range(chance.randrange(2, 30)))} }}"
        )
    if kind == 1:
        return told + f'input Change{number} {{ id: ID! name: String = "none" filter: Filter }}'
    kinds = ("String", "Int!", "[ID!]!")
    fields = [
        f'  "{_prose(chance, 8)}"\n  field{index}(first: Int = 10, after: String): {chance.choice(kinds)}'
        for index in range(chance.randrange(3, 20))
    ]
    fields.append(f'  other: Thing0 @deprecated(reason: "{_prose(chance, 5)}")')
    return told + f"type Thing{number} implements Node {{\n  id: ID!\n" + "\n".join(fields) + "\n}"


def _prose(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words))


_WORDS = (
    *("the", "of", "a", "that", "which", "order", "service", "number", "text", "value", "whether"),
    *("returns", "given", "when", "list", "name", "state", "page"),
)
