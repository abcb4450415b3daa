"""Expected values with matchers, values that came, and nothing else: what is right is asked of Pact's own verifier."""

from typing import Any


def m(kind: str, value: Any = None, **facts: Any) -> dict[str, Any]:
    """A matcher as Pact's libraries write it."""
    return {"pact:matcher:type": kind, "value": value, **facts}


LIKE_ITEM = m("type", [{"sku": m("regex", "A-1", regex="^[A-Z]-[0-9]$"), "count": m("integer", 1)}], min=1)

# Each expected value with some that come.
CASES: list[tuple[Any, list[Any]]] = [
    (
        {"a": m("date", "05 Jan 2026", format="dd MMM yyyy")},
        [{"a": "31 Dec 2026"}, {"a": "31 December 2026"}, {"a": "1 dec 2026"}],
    ),
    (
        {"a": m("time", "3:04 PM", format="h:mm a")},
        [{"a": "12:59 AM"}, {"a": "13:04 PM"}, {"a": "3:4 pm"}, {"a": "03:04 PM"}],
    ),
    (
        {"a": m("timestamp", "Mon, 5 Jan 2026 10:11:12 +0000", format="EEE, d MMM yyyy HH:mm:ss Z")},
        [
            {"a": "Tue, 15 Feb 2026 10:11:12 -0330"},
            {"a": "Tue, 15 Feb 2026 10:11:12 +00:00"},
            {"a": "Tuesday, 15 Feb 2026 10:11:12 +0000"},
            {"a": "Tue, 15 Feb 2026 10:11:12 Z"},
        ],
    ),
    ({"a": m("date", "26/1", format="yy/M")}, [{"a": "27/12"}, {"a": "2027/12"}, {"a": "27/13"}, {"a": "27/01"}]),
    ({"a": 1}, [{"a": 1}, {"a": 1, "b": 2}, {"a": 2}, {"b": 1}, {"a": "1"}, {"a": None}, {"a": True}, []]),
    ({"a": 1.5}, [{"a": 1.5}, {"a": 1}, {"a": "1.5"}]),
    ({"a": None}, [{"a": None}, {}, {"a": 0}, {"a": ""}]),
    ({"a": [1, 2]}, [{"a": [1, 2]}, {"a": [2, 1]}, {"a": [1]}, {"a": [1, 2, 3]}, {"a": []}]),
    ({"a": {"b": {"c": "x"}}}, [{"a": {"b": {"c": "x", "d": 1}}}, {"a": {"b": {}}}, {"a": {"b": {"c": "y"}}}]),
    (m("type", {"a": 1, "b": "x"}), [{"a": 2, "b": "y"}, {"a": "2", "b": "y"}, {"a": 2}, {"a": 2.5, "b": ""}, [], 1]),
    (m("type", {"a": {"b": [1]}}), [{"a": {"b": [7, 8]}}, {"a": {"b": ["x"]}}, {"a": {"b": {}}}, {"a": {}}]),
    (m("type", {"a": m("equality", 1)}), [{"a": 1}, {"a": 2}]),
    (m("type", {"a": m("regex", "x1", regex="^x.*")}), [{"a": "x9"}, {"a": "y9"}, {"a": 1}]),
    ({"a": m("type", True)}, [{"a": False}, {"a": "true"}, {"a": 1}]),
    ({"a": m("type", 1)}, [{"a": 2}, {"a": 2.5}, {"a": "2"}, {"a": True}, {"a": None}]),
    ({"a": m("type", 1.5)}, [{"a": 2}, {"a": 2.5}, {"a": "2"}]),
    ({"a": m("type", "x")}, [{"a": ""}, {"a": "y"}, {"a": None}, {"a": 1}]),
    ({"a": m("type", [1], min=2)}, [{"a": [1, 2]}, {"a": [1]}, {"a": [1, "x"]}, {"a": []}]),
    ({"a": m("type", [1], max=2)}, [{"a": [1, 2]}, {"a": [1, 2, 3]}, {"a": [9]}]),
    ({"a": m("type", [1], min=1, max=2)}, [{"a": [1, 2]}, {"a": [1, 2, 3]}, {"a": []}, {"a": ["x"]}]),
    (
        {"lines": LIKE_ITEM},
        [
            {"lines": [{"sku": "B-2", "count": 3}]},
            {"lines": [{"sku": "B-2", "count": 3}, {"sku": "C-3", "count": 4, "more": 1}]},
            {"lines": [{"sku": "B-2", "count": 3}, {"sku": "nope", "count": 4}]},
            {"lines": [{"sku": "B-2", "count": 3}, {"sku": "C-3"}]},
            {"lines": []},
            {"lines": {}},
            {},
        ],
    ),
    ({"a": m("integer", 1)}, [{"a": 7}, {"a": 7.5}, {"a": "7"}, {"a": True}, {"a": None}]),
    ({"a": m("decimal", 1.5)}, [{"a": 7.25}, {"a": 7}, {"a": "7.5"}]),
    ({"a": m("number", 1)}, [{"a": 7}, {"a": 7.5}, {"a": "7"}, {"a": True}]),
    ({"a": m("boolean", True)}, [{"a": False}, {"a": 1}]),
    ({"a": m("null")}, [{"a": None}, {"a": 0}, {"a": "null"}]),
    ({"a": m("regex", "abc", regex="abc?")}, [{"a": "ab"}, {"a": "xabc"}, {"a": "xx"}, {"a": None}]),
    ({"a": m("regex", "12", regex="^[0-9]+$")}, [{"a": "77"}, {"a": 77}, {"a": "7x"}]),
    ({"a": m("include", "bc")}, [{"a": "abcd"}, {"a": "ab"}, {"a": None}]),
    (
        {"a": m("date", "2026-01-31", format="yyyy-MM-dd")},
        [
            {"a": "2026-12-01"},
            {"a": "2026-1-5"},
            {"a": "26-01-05"},
            {"a": "2026-02-30"},
            {"a": "2026-02-31"},
            {"a": "12026-02-03"},
            {"a": "2026-13-01"},
            {"a": "01-12-2026"},
            {"a": 20261201},
            {"a": "2026-12-01T00:00"},
        ],
    ),
    (
        {"a": m("time", "10:11:12", format="HH:mm:ss")},
        [
            {"a": "23:59:59"},
            {"a": "23:59:60"},
            {"a": "0:0:0"},
            {"a": "123:4:5"},
            {"a": "23:59"},
            {"a": "24:00:01"},
            {"a": "9:5:1"},
        ],
    ),
    (
        {"a": m("timestamp", "2026-01-31T10:11:12+01:00", format="yyyy-MM-dd'T'HH:mm:ssXXX")},
        [{"a": "2026-01-31T10:11:12-05:30"}, {"a": "2026-01-31T10:11:12Z"}, {"a": "2026-01-31 10:11:12Z"}, {"a": ""}],
    ),
    (
        {"a": m("timestamp", "2026-01-31T10:11:12.123Z", format="yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")},
        [{"a": "2026-01-31T10:11:12.999Z"}, {"a": "2026-01-31T10:11:12Z"}, {"a": "2026-01-31T10:11:12.99999Z"}],
    ),
    ({"a": m("notEmpty", "x")}, [{"a": "y"}, {"a": ""}, {"a": None}]),
    ({"a": m("semver", "1.2.3")}, [{"a": "2.0.0-rc.1+5"}, {"a": "2.0"}, {"a": "02.0.0"}, {"a": "x"}]),
    (
        {"a": m("arrayContains", variants=[m("type", {"k": m("equality", "b"), "v": m("integer", 1)})])},
        [
            {"a": [{"k": "a"}, {"k": "b", "v": 7}]},
            {"a": [{"k": "a", "v": 7}]},
            {"a": [{"k": "b", "v": "x"}]},
            {"a": []},
        ],
    ),
    ({"a": m("eachValue", {"x": 1}, rules=[m("integer", 1)])}, [{"a": {"y": 2, "z": 3}}, {"a": {"y": "2"}}]),
    (
        {"a": m("eachKey", {"x1": "v"}, rules=[m("regex", "x1", regex="^x[0-9]$")])},
        [{"a": {"x2": "w"}}, {"a": {"y2": "w"}}],
    ),
]
