"""What the registry reads and what it answers in (schema-registry-api §2)."""

import pytest

from tests.web.schema_registry.registry_calls import TYPE, Registry

SECOND, PLAIN = "application/vnd.schemaregistry+json", "application/json"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No database is asked, so one kind is enough."""
    return sqlite_url


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", TYPE),
        ("*/*", TYPE),
        ("application/*", TYPE),
        (TYPE, TYPE),
        (SECOND, SECOND),
        (PLAIN, PLAIN),
        ("APPLICATION/JSON", PLAIN),
        (f"{PLAIN}, {TYPE}", TYPE),
        (f"{TYPE};q=0.5, {PLAIN}", PLAIN),
        (f"{TYPE};q=0.1, {SECOND};q=0.3, {PLAIN};q=0.2", SECOND),
        (f"text/html, {PLAIN};q=0.9, */*;q=0.1", PLAIN),
        (f"*/*, {TYPE};q=0", SECOND),
        ("text/html, */*;q=0.8", TYPE),
    ],
)
def test_the_answer_is_of_the_type_that_is_liked_best(registry: Registry, accept: str, answered: str) -> None:
    answer = registry.call("GET", "/schemas/types", Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, answered)
    assert registry.call("GET", "/nowhere", Accept=accept).headers["content-type"] == answered


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*", f"{TYPE};q=0", "image/png;q=1"])
def test_no_acceptable_type_is_406(registry: Registry, accept: str) -> None:
    assert registry.refused("GET", "/schemas/types", Accept=accept)[:2] == (406, 406)
