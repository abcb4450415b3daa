from itertools import count

from contracthub.formats.elements import MOST_ELEMENTS, Element, ElementKind, bounded


def field(name: str, path: str = "") -> Element:
    return Element(ElementKind.FIELD, name, path or name)


def test_an_element_is_known_by_its_kind_and_name_together() -> None:
    same_name = Element(ElementKind.MESSAGE, "$.sku", "$.sku")

    assert bounded([field("$.sku"), same_name, field("$.sku", "elsewhere")]) == (field("$.sku"), same_name)


def test_elements_keep_their_order() -> None:
    names = ["$.b", "$.a", "$.c", "$.a"]

    assert [element.name for element in bounded(map(field, names))] == ["$.b", "$.a", "$.c"]


def test_elements_without_end_are_cut() -> None:
    assert len(bounded(field(f"$.{number}") for number in count())) == MOST_ELEMENTS
