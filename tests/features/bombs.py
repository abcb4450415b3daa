"""Documents that are made to hurt, by format: what each must come to, and the process that tries them.

``python -m tests.features.bombs FORMAT`` tries those of a format, each in a process with little memory and little time,
and prints what came of each as a line of JSON.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Files = Mapping[str, bytes]

MEMORY_MEBIBYTES = 1_024
SECONDS = 40
DEEP = 100_000
LARGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bomb:
    """Files of which the first is the root. ``place``: it is refused, and the first fault is there (``*``: anywhere,
    also nowhere). Without it, it is read, and all verbs come to an end.
    """

    files: Files
    place: str | None = None


def one(text: str | bytes, place: str | None = None, name: str = "root") -> Bomb:
    return Bomb({name: text if isinstance(text, bytes) else text.encode()}, place)


def of_json(value: Any, place: str | None = None, **others: Any) -> Bomb:
    files = {"root.json": value, **{f"{name}.json": other for name, other in others.items()}}
    return Bomb({name: json.dumps(each).encode() for name, each in files.items()}, place)


LAUGHS = "\n".join(
    [
        "x-a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]",
        *(f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)),
    ]
)
YAML_BOMBS: dict[str, tuple[str | bytes, str]] = {
    "aliases that double": (LAUGHS, "*"),
    "an alias inside of itself": ("x-a: &a [*a]", "*"),
    "merges that double": (
        "\n".join(
            [
                "x-a0: &a0 {k: 1}",
                *(f"x-a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: *a{n - 1}}}" for n in range(1, 30)),
            ]
        ),
        "*",
    ),
    "flow lists": ("x-a: " + "[" * DEEP, "*"),
    "block lists": ("x-a:\n  " + "- " * DEEP, "*"),
    "block mappings": ("x-a:\n" + "\n".join(" " * (n + 1) + "a:" for n in range(2_000)), "*"),
    "digits": ("x-a: " + "9" * DEEP, "*"),
    "a number out of range": ("x-a: 1e400", "*"),
    "a tag": ("x-a: !!python/object/apply:os.system ['true']", "*"),
    "the same key again": ("x-a: 1\nx-a: 2", "*"),
    "two documents": ("x-a: 1\n---\nx-a: 2", "*"),
    "no UTF-8": (b"x-a: \xff\xfe", "*"),
    "a lone surrogate": ('x-a: "\\ud800"', "*"),
    "NUL": ('x-a: "\\0"', "*"),
}
JSON_BOMBS: dict[str, tuple[str | bytes, str]] = {
    "lists": ("\n" + "[" * DEEP, "2:101"),
    "objects": ('{"a":' * DEEP, "1:501"),
    "digits": ('{"a": ' + "9" * DEEP + "}", "/a"),
    "a number out of range": ('{"a": 1e400}', "/a"),
    "no number": ('{"a": NaN}', "/a"),
    "the same key again": ('{"a": 1, "a": 2}', ""),
    "no UTF-8": (b'{"a": "\xff"}', "1:8"),
    "a lone surrogate": ('{"a": "\\ud800"}', "/a"),
    "NUL": ('{"a": "\\u0000"}', "/a"),
    "cut off": ('{"a": ', "*"),
    "nothing": ("", "*"),
}


def fan(levels: int = 12, width: int = 10) -> dict[str, Any]:
    """Schemas of which each refers many times to the next: few to store, endless when written out."""

    def properties(level: int) -> dict[str, Any]:
        return {f"p{n}": {"$ref": f"#/components/schemas/S{level + 1}"} for n in range(width)}

    schemas = {f"S{level}": {"type": "object", "properties": properties(level)} for level in range(levels)}
    return schemas | {f"S{levels}": {"type": "string"}}


def alternatives(levels: int = 60) -> dict[str, Any]:
    return {f"S{level}": {"allOf": [{"$ref": f"#/components/schemas/S{level + 1}"}] * 4} for level in range(levels)} | {
        f"S{levels}": {"type": "object"}
    }


def api(schemas: Mapping[str, Any] | None = None, first: Any = None, **more: Any) -> dict[str, Any]:
    schema = first if first is not None else {"$ref": "#/components/schemas/S0"}
    answer = {"description": "d", "content": {"application/json": {"schema": schema}}}
    paths = {"/a": {"get": {"responses": {"200": answer}}}}
    info = {"title": "t", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": dict(schemas or {})}, **more}


def openapi() -> Iterator[tuple[str, Bomb]]:
    head = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"
    for name, (text, place) in YAML_BOMBS.items():
        yield name, one(head.encode() + text if isinstance(text, bytes) else head + text, place, "root.yaml")
    for name, (other, where) in JSON_BOMBS.items():
        yield f"JSON: {name}", one(other, where, "root.json")
    chain = {f"S{n}": {"$ref": f"#/components/schemas/S{n + 1}"} for n in range(5_000)} | {"S5000": {"type": "string"}}
    full = {
        f"S{n}": {"properties": {f"p{m}": {"$ref": f"#/components/schemas/S{m}"} for m in range(40)}} for n in range(40)
    }
    long_circle = {f"S{n}": {"items": {"$ref": f"#/components/schemas/S{(n + 1) % 5_000}"}} for n in range(5_000)}
    yield "references that double", of_json(api(fan()))
    yield "alternatives that double", of_json(api(alternatives()))
    yield "a chain of references", of_json(api(chain))
    yield "every schema refers to every other", of_json(api(full))
    yield (
        "a circle of five thousand",
        of_json(api(long_circle | {"S7": {"items": {"$ref": "#/components/schemas/S8"}, "type": "array"}})),
    )
    yield (
        "references in a circle",
        of_json(api({"S0": {"$ref": "#/components/schemas/S1"}, "S1": {"$ref": "#/components/schemas/S0"}})),
    )
    yield (
        "itself through three files",
        of_json(
            api(first={"$ref": "b.json"}),
            b={"items": {"$ref": "c.json"}},
            c={"items": {"$ref": "d.json"}},
            d={"items": {"$ref": "b.json"}},
        ),
    )
    place = "/paths/~1a/get/responses/200/content/application~1json/schema/$ref"
    yield "a reference to nothing", of_json(api(first={"$ref": "#/nowhere"}), place)
    for target in (
        "http://127.0.0.1:1/a",
        "//127.0.0.1/a",
        "file:///etc/passwd",
        "../../etc/passwd",
        "/etc/passwd",
        "http://[",
        "#" + "/a" * 100_000,
    ):
        yield f"a reference to {target[:40]}", of_json(api(first={"$ref": target}), place)
    yield "a pattern of a megabyte", of_json(api(first={"type": "string", "pattern": "(a+)+$" * 170_000}))
    yield (
        "a pattern that takes for ever",
        of_json(api(first={"type": "string", "pattern": "^(a+)+$", "default": "a" * 40 + "!"})),
    )
    yield "many paths", of_json(api(paths={f"/p{n}/{{id}}": {} for n in range(20_000)}))
    yield "a path of a megabyte", of_json(api(paths={"/" + "{" * LARGE: {}, "/" + "{a" * 300_000: {"get": {}}}))
    yield "many values", of_json(api(first={"enum": list(range(100_000))}))
    yield "many faults", of_json(api(paths={f"p{n}": 1 for n in range(20_000)}), "*")
    yield (
        "many operation ids",
        of_json(
            api(paths={f"/p{n}": {"get": {"operationId": "x", "responses": {"200": 1}}} for n in range(5_000)}),
            "/paths/~1p0/get/responses/200",
        ),
    )
    yield "no object", one("[]", "", "root.json")
    yield "another version", of_json({"openapi": "4.0.0"}, "")
    yield "SDL", one("type Query { a: Int }", "*")


def graphql() -> Iterator[tuple[str, Bomb]]:
    query = "type Query { a: Int }\n"
    fields = " ".join(f"f{n}: Int" for n in range(20_000))
    yield "lists", one("type Query { a: " + "[" * DEEP, "1:116")
    yield "values", one(query + "directive @d(a: Int = " + "[" * DEEP, "2:122")
    yield "selections", one("{" * DEEP, "1:101")
    yield "unknown types", one("type Query { " + " ".join(f"f{n}: Unknown{n}" for n in range(5_000)) + " }", "1:18")
    yield "unknown directives", one("type Query { " + " ".join(f"f{n}: Int @unknown{n}" for n in range(20_000)) + " }")
    yield "the same field again", one("type Query { " + "a: Int " * 5_000 + "}")
    yield "the same type again", one(query + "type A { a: Int }\n" * 5_000, "3:6")
    yield "extensions", one(query + "extend type Query { b: Int }\n" * 5_000)
    yield (
        "interfaces in a circle",
        one(query + "interface A implements B { a: Int } interface B implements A { a: Int }"),
    )
    yield "input inside of itself", one(query + "input A { a: A! }")
    yield (
        "a chain of types",
        one(query + "\n".join(f"type T{n} {{ next: T{n + 1} }}" for n in range(10_000)) + "type T10000 { a: Int }"),
    )
    yield "many fields", one("type Query { " + fields + " }")
    yield "a member of a union again", one(query + "union U = " + "| Query " * 20_000)
    yield "a long name", one("type Query { " + "a" * LARGE + ": Int }")
    yield "a long text", one('"""' + "a" * LARGE + '"""' + query)
    yield "an unended text", one('"""' + '\\"""' * 200_000, "*")
    yield "digits", one(query + "input A { a: Int = " + "9" * DEEP + " }")
    yield "no UTF-8", one(b"type Query { a: Int } # \xff", "1:25")
    yield "NUL", one("type Query { a\x00: Int }", "1:15")
    yield "an operation", one("query { a }", "1:1")
    yield "fragments in a circle", one(query + "fragment A on Query { ...A }", "2:1")
    yield "nothing", one("", "1:1")
    yield "two files", Bomb({"root": query.encode(), "other": b"type A { a: Int }"}, "*")
    for name, (text, _) in JSON_BOMBS.items():
        head = b'{"__schema": {}, "b": '
        yield f"introspection: {name}", one(head + (text if isinstance(text, bytes) else text.encode()) + b"}", "*")


def avro() -> Iterator[tuple[str, Bomb]]:
    for name, (text, place) in JSON_BOMBS.items():
        yield name, one(text, place)
    field = [{"name": "a", "type": "string"}]
    record = {"type": "record", "name": "A"}
    yield "itself", of_json({**record, "fields": [{"name": "next", "type": ["null", "A"]}]})
    yield "an unknown type", of_json({**record, "fields": [{"name": "a", "type": "Gone"}]}, "/fields/0/type")
    yield (
        "in a circle through three files",
        of_json(
            {**record, "fields": [{"name": "b", "type": "B"}]},
            "*",
            b={**record, "name": "B", "fields": [{"name": "c", "type": "C"}]},
            c={**record, "name": "C", "fields": [{"name": "b", "type": "B"}]},
        ),
    )
    yield "many branches", of_json([{"type": "record", "name": f"A{n}", "fields": field} for n in range(20_000)])
    yield "many fields", of_json({**record, "fields": [{"name": f"a{n}", "type": "string"} for n in range(50_000)]})
    yield "many symbols", of_json({"type": "enum", "name": "A", "symbols": [f"A{n}" for n in range(100_000)]})
    yield "the same symbol again", of_json({"type": "enum", "name": "A", "symbols": ["A"] * 100_000}, "*")
    yield "a long name", of_json({**record, "name": "a" * LARGE, "fields": field})
    yield "a name of the wrong kind", of_json({**record, "name": 1, "fields": field}, "*")
    yield (
        "types that double",
        of_json({**record, "name": "R0", "fields": [{"name": f"f{n}", "type": _doubling(n)} for n in range(1)]}),
    )
    yield "a fixed of any size", of_json({"type": "fixed", "name": "A", "size": 10**30}, "*")
    yield "SDL", one("type Query { a: Int }", "*")


def _doubling(levels: int = 30) -> Any:
    inner: Any = "string"
    for level in range(levels, 0, -1):
        inner = {
            "type": "record",
            "name": f"R{level}",
            "fields": [
                {"name": "a", "type": inner},
                {"name": "b", "type": f"R{level + 1}" if level < levels else "string"},
            ],
        }
    return inner


def json_schema() -> Iterator[tuple[str, Bomb]]:
    for name, (text, place) in JSON_BOMBS.items():
        yield name, one(text, place, "root.json")
    text = json.dumps({"$ref": "#/definitions/S0", "definitions": fan()}).replace(
        "#/components/schemas/", "#/definitions/"
    )
    yield "references that double", one(text)
    yield (
        "itself through three files",
        of_json({"items": {"$ref": "b.json"}}, b={"items": {"$ref": "c.json"}}, c={"items": {"$ref": "root.json"}}),
    )
    yield "a reference to itself", of_json({"$ref": "#"})
    yield "a reference to nothing", of_json({"properties": {"a": {"$ref": "#/nowhere"}}}, "/properties/a/$ref")
    for target in ("http://127.0.0.1:1/a", "file:///etc/passwd", "../../etc/passwd", "http://["):
        yield f"a reference to {target}", of_json({"$ref": target}, "/$ref")
    yield "a dialect from elsewhere", of_json({"$schema": "http://127.0.0.1:1/a"}, "*")
    yield "a pattern of a megabyte", of_json({"pattern": "(a+)+$" * 170_000})
    yield "a pattern that is none", of_json({"pattern": "(" * 100_000}, "*")
    yield "many values", of_json({"enum": list(range(100_000))})
    yield "many alternatives", of_json({"anyOf": [{"const": n} for n in range(20_000)]})
    yield (
        "a chain of references",
        of_json(
            {
                "$ref": "#/$defs/a0",
                "$defs": {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(5_000)} | {"a5000": True},
            }
        ),
    )
    others: dict[str, Any] = {f"f{n}": {"items": {"$ref": f"f{(n + 1) % 100}.json"}} for n in range(100)}
    yield "many files", of_json({"$ref": "f0.json"}, None, **others)


def protobuf() -> Iterator[tuple[str, Bomb]]:
    head = 'syntax = "proto3";\n'
    yield "messages", one(head + "message A {" * DEEP, "*")
    yield "options", one(head + "option (a) = " + "{ a " * DEEP, "*")
    yield "an unknown type", one(head + "message A { Gone a = 1; }", "*")
    yield "an unknown import", one(head + 'import "gone.proto";', "*")
    yield "an import from elsewhere", one(head + 'import "../../etc/passwd";', "*")
    yield (
        "itself through three files",
        Bomb(
            {
                "root.proto": (head + 'import "b.proto"; message A { B b = 1; }').encode(),
                "b.proto": (head + 'import "c.proto"; message B { C c = 1; }').encode(),
                "c.proto": (head + 'import "root.proto"; message C { A a = 1; }').encode(),
            },
            "*",
        ),
    )
    yield "a message inside of itself", one(head + "message A { A a = 1; }")
    yield "many messages", one(head + "\n".join(f"message A{n} {{ string a = 1; }}" for n in range(20_000)))
    # The runtime that descriptors are made with has no room for so many.
    yield (
        "many fields",
        one(head + "message A {" + "\n".join(f"string a{n} = {n + 1};" for n in range(15_000)) + "}", "*"),
    )
    yield "many values", one(head + "enum A {" + "\n".join(f"A{n} = {n};" for n in range(50_000)) + "}")
    yield "digits", one(head + "message A { string a = " + "9" * DEEP + "; }", "*")
    yield "ranges", one(head + "message A { reserved 1 to max; string a = 1; }")
    yield "a long name", one(head + "message " + "A" * LARGE + " {}")
    yield "a long text", one(head + 'message A { string a = 1 [json_name = "' + "a" * LARGE + '"]; }')
    yield "an unended comment", one(head + "/*" * 500_000, "*")
    yield "no UTF-8", one(b"\xff", "*")
    yield "NUL", one(head + "message A { string \x00 = 1; }", "*")
    yield "letters that are no descriptor", one("QUJD" * 250_000, "*")
    yield "nothing but brackets", one("}" * 100_000, "*")


def asyncapi() -> Iterator[tuple[str, Bomb]]:
    head = "asyncapi: 3.0.0\ninfo: {title: t, version: '1'}\n"
    for name, (text, place) in YAML_BOMBS.items():
        yield name, one(head.encode() + text if isinstance(text, bytes) else head + text, place, "root.yaml")
    schemas = fan()

    def document(payload: Any, more: Any = None) -> dict[str, Any]:
        channels = {"a": {"address": "a", "messages": {"m": {"payload": payload}}}}
        components = {"schemas": more or {}}
        return {
            "asyncapi": "3.0.0",
            "info": {"title": "t", "version": "1"},
            "channels": channels,
            "components": components,
        }

    yield "references that double", of_json(document({"$ref": "#/components/schemas/S0"}, schemas))
    yield "a reference to nothing", of_json(document({"$ref": "#/nowhere"}), "*")
    yield "a reference to elsewhere", of_json(document({"$ref": "http://127.0.0.1:1/a"}))
    yield (
        "itself through three files",
        of_json(
            document({"$ref": "b.json"}),
            b={"items": {"$ref": "c.json"}},
            c={"items": {"$ref": "d.json"}},
            d={"items": {"$ref": "b.json"}},
        ),
    )
    yield "many channels", of_json(document({}) | {"channels": {f"c{n}": {"address": f"a{n}"} for n in range(10_000)}})
    yield "another version", of_json({"asyncapi": "9.0.0"}, "*")


BOMBS: Mapping[str, Callable[[], Iterator[tuple[str, Bomb]]]] = {
    "openapi": openapi,
    "graphql": graphql,
    "avro": avro,
    "json-schema": json_schema,
    "protobuf": protobuf,
    "asyncapi": asyncapi,
}


WELL: Mapping[str, Bomb] = {
    "openapi": of_json(api(first={})),
    "graphql": one("type Query { a: Int }"),
    "avro": one("string"),
    "json-schema": one("{}"),
    "protobuf": one('syntax = "proto3";'),
    "asyncapi": of_json({"asyncapi": "3.0.0", "info": {"title": "t", "version": "1"}}),
}


def tried(format_name: str, bomb: Bomb) -> dict[str, Any]:
    """What came of a document: refused, and where; or read by every verb."""
    from contracthub.domain.errors import Invalid, TooLarge
    from contracthub.formats.limits import Limits
    from contracthub.formats.registry import provider_format
    from contracthub.formats.uploads import Upload

    verbs = provider_format(format_name)
    try:
        document = verbs.read(Upload(next(iter(bomb.files)), bomb.files), Limits())
    except Invalid as error:
        sizes = [len(error.message), *(len(fault.text) for fault in error.faults)]
        return {"refused": error.faults[0].pointer, "faults": len(error.faults), "longest": max(sizes)}
    except TooLarge as error:
        return {"refused": None, "faults": 1, "longest": len(error.message)}
    verbs.version(document)
    verbs.identity(document)
    verbs.warnings(document)
    return {"elements": len(verbs.elements(document))}


def main(format_name: str) -> None:
    """Try all documents of a format, each in a process of its own."""
    # What is imported and made once is there when each process begins.
    tried(format_name, WELL[format_name])
    for number, (name, bomb) in enumerate(BOMBS[format_name]()):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MEBIBYTES * 2**20,) * 2)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            try:
                outcome = tried(format_name, bomb)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test is to name it
                outcome = {"raised": f"{type(error).__name__}: {error}"[:300]}
            os.write(writing, json.dumps(outcome).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        _, status, used = os.wait4(child, 0)
        came = json.loads(answer) if answer else {"killed": signal.Signals(os.WTERMSIG(status)).name}
        cost = {"seconds": round(used.ru_utime + used.ru_stime, 2), "mebibytes": used.ru_maxrss // 1024}
        print(json.dumps({"number": number, "name": name, **came, **cost}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
