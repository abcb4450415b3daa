import pytest

from contracthub.client.connection import connection_to
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered, HubUnreachable
from contracthub.client.hub import Hub
from contracthub.client.links import Resource, expand
from tests.cli.stub_hub import StubHub
from tests.conftest import LiveHub


def test_a_template_is_filled_with_encoded_values() -> None:
    assert expand("/p/{name}/t/{tag}", name="a b", tag="feat/x?#%é") == "/p/a%20b/t/feat%2Fx%3F%23%25%C3%A9"


def test_a_template_with_an_unknown_name_is_not_understood() -> None:
    with pytest.raises(AnswerNotUnderstood, match="asks for a value of what"):
        expand("/p/{what}", name="a")


@pytest.mark.parametrize("links", [{"href": "/x", "name": "n"}, [{"href": "/x", "name": "n"}, {"no": "href"}, None]])
def test_a_relation_may_be_one_link_or_a_list(links: object) -> None:
    resource = Resource("http://hub/", {"_links": {"pb:x": links}})
    assert [(link.href, link.name) for link in resource.links("pb:x")] == [("/x", "n")]


def test_a_missing_relation_names_the_resource() -> None:
    with pytest.raises(AnswerNotUnderstood, match="http://hub/ offers no link pb:x"):
        Resource("http://hub/", {"_links": None}).link("pb:x")


def test_the_index_is_fetched_once_below_the_prefix(peer: StubHub) -> None:
    hub = Hub(connection_to(peer.url + "/"))
    assert hub.index() is hub.index()
    assert peer.paths == [("GET", "/contracts/")]


def test_an_index_without_links_is_no_hub(peer: StubHub) -> None:
    peer.answers[("GET", "/contracts/")] = [(200, b'{"hello": "world"}', {"Content-Type": "application/json"})]
    with pytest.raises(AnswerNotUnderstood, match="is not the index of a hub"):
        Hub(connection_to(peer.url)).index()


def test_an_address_where_nothing_is_is_no_hub(peer: StubHub) -> None:
    with pytest.raises(AnswerNotUnderstood, match="There is no hub at"):
        Hub(connection_to(peer.url + "/elsewhere")).index()


def test_credentials_inside_the_address_are_used_and_not_shown(peer: StubHub) -> None:
    connection = connection_to(peer.url.replace("http://", "http://me:p%40ss@"))
    assert connection.base_url == peer.url
    Hub(connection).index()
    assert peer.asked[0].headers["authorization"] == "Basic bWU6cEBzcw=="
    assert "p@ss" not in repr(connection)


def test_a_refusal_says_what_was_asked_and_hides_the_token(peer: StubHub) -> None:
    peer.answer("GET", "/contracts/x", {"error": "token abcdef is bad"}, status=403)
    with pytest.raises(HubAnswered, match=r"token \*\*\* is bad") as caught:
        Hub(connection_to(peer.url, token="abcdef")).get("/x")
    assert (caught.value.status, caught.value.asked) == (403, f"GET {peer.url}/x")


def test_the_hub_itself_says_what_is_missing(live_hub: LiveHub) -> None:
    with pytest.raises(HubAnswered, match="No environment with uuid 'none' found"):
        Hub(connection_to(live_hub.url)).get("/environments/none")


def test_a_token_from_a_file_loses_its_line_break(peer: StubHub) -> None:
    Hub(connection_to(peer.url, token="abcdef\n")).index()
    assert peer.asked[0].headers["authorization"] == "Bearer abcdef"


@pytest.mark.parametrize("token", ["abc\ndef", "abc def", "abcdéf", "abc\x00def"])
def test_a_token_that_can_not_be_sent_is_refused_and_not_shown(peer: StubHub, token: str) -> None:
    with pytest.raises(HubUnreachable) as caught:
        connection_to(peer.url, token=token)
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "hub", "file:///etc/passwd", "http://"])
def test_only_http_addresses_are_taken(url: str) -> None:
    with pytest.raises(HubUnreachable):
        connection_to(url)
