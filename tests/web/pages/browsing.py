"""Asks for pages as a browser does, and reads them strictly: what is not well formed is an error."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
BROWSER = {"Accept": CHROME}
_VOID = frozenset({"meta", "link", "img", "input", "br", "circle", "path", "rect"})


@dataclass
class Page:
    """A page as its reader sees it: texts, links, and every tag with its attributes."""

    status: int
    source: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text, with single spaces."""
        return " ".join(" ".join(self.texts).split())

    @property
    def links(self) -> list[str]:
        """Where the page leads to."""
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]

    def all_of(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all tags of one name."""
        return [attributes for name, attributes in self.tags if name == tag]


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.open = page, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.page.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open[-1] == tag, (self.open, tag, self.getpos())
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "script" not in self.open and "style" not in self.open:
            self.page.texts.append(data)


def open_page(client: Any, path: str, status: int = 200) -> Page:
    """The page at an address, which must be a sound one: well formed, safe, with labels and unique ids."""
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = Page(answer.status_code, answer.text)
    reader = _Reader(page)
    reader.feed(answer.text)
    reader.close()
    assert reader.open == []
    _check(page)
    return page


def _check(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        assert not attributes.get("href", "").lower().startswith(("javascript:", "data:")), attributes
        assert tag not in {"iframe", "object", "embed", "style", "base"}
    assert [each["src"] for each in page.all_of("script")] == [each["src"] for each in page.all_of("script")][:1]
    assert all(each["src"].startswith("/") for each in page.all_of("script") + page.all_of("img"))
    labelled = {each["for"] for each in page.all_of("label")}
    assert all(each.get("id") in labelled for each in page.all_of("input") + page.all_of("select"))
    assert len(page.all_of("h1")) == 1
    assert len(page.all_of("table")) == len(page.all_of("caption"))
