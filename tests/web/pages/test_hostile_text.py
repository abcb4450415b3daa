"""Whatever others wrote is text on a page: never a tag, an attribute, a script, a template or a steering character."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from markupsafe import Markup
from starlette.testclient import TestClient

from contracthub.web.pages.links import external
from contracthub.web.pages.rendering import environment
from tests.features.given import Given
from tests.web.pages import story
from tests.web.pages.browsing import BROWSER, open_page

ATTACK = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)></textarea>{{7*7}}{% raw %}${7*7}\u202e\u2066\x1b[31m"
)
SEEN = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)></textarea>{{7*7}}{% raw %}${7*7}\\u202e\\u2066\\x1b[31m"
)
# A path can't hold control characters, so names have none here.
NAME, NAME_SEEN = ATTACK.replace("\x1b[31m", ""), SEEN.replace("\\x1b[31m", "")
CONSUMER, PROVIDER = "c/" + NAME, "p" + NAME
TAGS_OF_OURS = frozenset({"script", "img"})


def hostile_pact() -> dict[str, Any]:
    """A pact whose every text is an attack."""
    values = {ATTACK: [ATTACK]}
    body = {"contentType": "application/json", "encoded": False, "content": {ATTACK: ATTACK}}
    matchers = [{"match": "regex", "regex": ATTACK}, {"match": ATTACK}]
    rules = {"body": {f"$['{ATTACK}']": {"combine": "AND", "matchers": matchers}}}
    generators = {"body": {"$.a": {"type": ATTACK, "x": ATTACK}}}
    return {
        "interactions": [
            {
                "type": "Synchronous/HTTP",
                "description": ATTACK,
                "providerStates": [{"name": ATTACK, "params": {ATTACK: ATTACK}}],
                "comments": {"text": [ATTACK]},
                "request": {"method": ATTACK, "path": ATTACK, "query": values, "headers": values, "body": body},
                "response": {
                    "status": 200,
                    "headers": values,
                    "body": body,
                    "matchingRules": rules,
                    "generators": generators,
                },
            },
            {"type": "Asynchronous/Messages", "description": ATTACK, "contents": body, "metadata": {ATTACK: ATTACK}},
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


@pytest.fixture
def attacked(given: Given) -> Given:
    """A hub into which attacks were written wherever text is accepted."""
    story.publish(given, CONSUMER, NAME, {PROVIDER: hostile_pact()}, branch=NAME.replace(" ", "_"))
    given.version(PROVIDER, NAME, NAME.replace(" ", "_"))
    given.call(
        "PUT", f"/pacticipants/{quote(PROVIDER, safe='')}/versions/{quote(NAME, safe='')}/tags/{quote(NAME, safe='')}"
    )
    mismatch = {"attribute": ATTACK, "identifier": ATTACK, "description": ATTACK}
    result = {
        "interactionDescription": ATTACK,
        "success": False,
        "mismatches": [mismatch],
        "exception": {"message": ATTACK},
    }
    given.verified(CONSUMER, NAME, PROVIDER, NAME, success=False, testResults=[result])
    place = {"name": "nowhere", "displayName": NAME, "production": False}
    given.deployed(PROVIDER, NAME, given.call("POST", "/environments", place)["uuid"])
    given.call("PATCH", f"/pacticipants/{quote(PROVIDER, safe='')}", {"repositoryUrl": "javascript:alert(1)"})
    return given


def pages_of(given: Given) -> list[str]:
    consumer, provider, number = (quote(each, safe="") for each in (CONSUMER, PROVIDER, NAME))
    rows = given.get(f"/matrix/provider/{provider}/consumer/{consumer}")["matrix"]
    evidence = "/" + rows[0]["verificationResult"]["_links"]["self"]["href"].split("/", 3)[3]
    return [
        "/",
        f"/?q={number}",
        f"/pacticipants/{consumer}",
        f"/pacticipants/{provider}",
        f"/matrix/provider/{provider}/consumer/{consumer}",
        f"/matrix?q[][pacticipant]={provider}&q[][version]={number}",
        f"/pacts/provider/{provider}/consumer/{consumer}/latest",
        evidence,
        f"/can-i-deploy?pacticipant={consumer}&version={number}&environment=nowhere",
    ]


def test_attacks_are_shown_as_text_on_every_page(api: TestClient, attacked: Given) -> None:
    for path in pages_of(attacked):
        page = open_page(api, path)  # this checks tags, attributes and addresses

        assert NAME_SEEN in page.text, path
        assert "49" not in page.text
        assert [each for each in page.all_of("img") if each["src"] == "x"] == []
        assert len(page.all_of("script")) == 1
        assert not set(page.source) & {"\u202e", "\u2066", "\x1b"}, path


def test_attacks_inside_of_a_pact_and_its_evidence_are_shown_too(api: TestClient, attacked: Given) -> None:
    *_, pact, evidence, _decision = pages_of(attacked)

    assert open_page(api, pact).text.count(SEEN) >= 12
    assert open_page(api, evidence).text.count(SEEN) >= 5


def test_an_address_of_a_script_is_shown_but_leads_nowhere(api: TestClient, attacked: Given) -> None:
    page = open_page(api, f"/pacticipants/{quote(PROVIDER, safe='')}")

    assert "javascript:alert(1)" in page.text
    assert not [link for link in page.links if "alert(1)" in link and not link.startswith("/")]


@pytest.mark.parametrize("status", [400, 404])
def test_errors_echo_nothing_that_is_live(api: TestClient, status: int) -> None:
    name = quote(NAME, safe="")
    path = (
        f"/pacticipants/{name}" if status == 404 else f"/can-i-deploy?pacticipant={name}&version=1&environment={name}"
    )

    assert NAME_SEEN in open_page(api, path, status).text


@pytest.mark.parametrize("query", ["q=%ff", "q=" + "x" * 5000, "q[]=1&q=2", "integrations=%F0%9F%98%80", "q=%25%5F%5C"])
def test_no_query_breaks_the_first_page(api: TestClient, told: Given, query: str) -> None:
    open_page(api, f"/?{query}")


@pytest.mark.parametrize(
    "query", ["q[][pacticipant]=%01", "q[][pacticipant]=orders&q[][version]=%01", "q[][pacticipant]=%ff"]
)
def test_no_query_breaks_the_matrix_page(api: TestClient, told: Given, query: str) -> None:
    assert api.get(f"/matrix?{query}", headers=BROWSER).status_code in {200, 400}


@pytest.mark.parametrize(
    "query",
    [
        "pacticipant=%01&version=%01&environment=%01",
        "pacticipant=%ff&version=%ff&environment=%ff",
        "to=a&version=b&pacticipant=c",
        "version=" + "9" * 5000,
    ],
)
def test_no_query_breaks_the_decision_page(api: TestClient, told: Given, query: str) -> None:
    answer = api.get(f"/can-i-deploy?{query}", headers={"Accept": "text/html"})

    assert answer.status_code in {200, 400}
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://",
        "ftp://x",
        "https://a\nb",
        "https://\u202ea",
        " https://a",
        "http://[",
        "",
        None,
        "vbscript:x",
        "JAVASCRIPT:x",
        "java\tscript:x",
    ],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert external(url) is None


@pytest.mark.parametrize("url", ["https://ci.example/1?a=b#c", "http://localhost:8080/x"])
def test_web_addresses_do(url: str) -> None:
    assert external(url) == url


def test_templates_escape_by_themselves_and_trust_no_name() -> None:
    rendered = environment().from_string("{{ x }}|{{ y }}|{{ z }}").render(x="<b>\u202e", y=Markup("<b>"), z=None)

    assert rendered == "&lt;b&gt;\\u202e|<b>|"


def test_raw_documents_are_never_served_as_html(api: TestClient, attacked: Given) -> None:
    path = pages_of(attacked)[6]
    answer = api.get(path + "?format=json", headers=BROWSER)

    assert answer.headers["content-type"].startswith("application/hal+json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.status_code == 200, answer.text
    assert json.loads(answer.content)["interactions"][0]["description"] == ATTACK


@pytest.mark.parametrize(
    "path", ["/?q=%00", "/matrix?q[][pacticipant]=%00", "/can-i-deploy?pacticipant=a&version=%00&to=b"]
)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_the_character_that_no_database_takes_is_refused_at_the_door(api: TestClient, path: str, accept: str) -> None:
    assert api.get(path, headers={"Accept": accept}).status_code == 422
