"""A document of several files as one."""

from contracthub.formats.comparisons.one_document import FILES, in_one, place_in_files


def test_references_to_files_lead_to_the_same_places() -> None:
    files = {
        "a/root.yaml": b"one: {$ref: 'other.yaml#/x'}\ntwo: {$ref: '#/one'}\nfar: {$ref: 'https://example.com/x'}\n",
        "a/other.yaml": b"x: {$ref: '#/y'}\ny: {$ref: 'root.yaml#/two'}\n",
    }
    whole = in_one("a/root.yaml", files)
    assert whole == {
        "one": {"$ref": "#/x-contracthub-files/a~1other.yaml/x"},
        "two": {"$ref": "#/one"},
        "far": {"$ref": "https://example.com/x"},
        FILES: {"a/other.yaml": {"x": {"$ref": "#/x-contracthub-files/a~1other.yaml/y"}, "y": {"$ref": "#/two"}}},
    }


def test_an_object_that_stands_in_several_places_is_turned_once() -> None:
    files = {"r.yaml": b"a: &it {$ref: 'o.yaml#/x'}\nb: *it\n", "o.yaml": b"x: &it {$ref: 'r.yaml#/x'}\ny: *it\n"}
    whole = in_one("r.yaml", files | {"r.yaml": files["r.yaml"] + b"x: 1\n"})
    assert whole["a"] == whole["b"] == {"$ref": "#/x-contracthub-files/o.yaml/x"}
    assert whole[FILES] == {"o.yaml": {"x": {"$ref": "#/x"}, "y": {"$ref": "#/x"}}}


def test_places_are_told_by_file() -> None:
    assert place_in_files("r.yaml", "/paths/~1a") == ("r.yaml", "/paths/~1a")
    assert place_in_files("r.yaml", "/x-contracthub-files/b~1o.yaml/x/y") == ("b/o.yaml", "/x/y")
    assert place_in_files("r.yaml", "/x-contracthub-files/o.yaml") == ("o.yaml", "")
