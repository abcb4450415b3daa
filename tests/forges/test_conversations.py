"""One comment that stays where it is, on both forges; what others write, and what goes wrong on the way."""

from collections.abc import Callable, Iterator

import pytest

from contracthub.client.connection import connection_to
from contracthub.forges.calling import MOST_PAGES, Caller
from contracthub.forges.conversation import Conversation, Deed, Done, Status, Wanted, marked, ours_by_key, settle
from contracthub.forges.errors import ForgeRefused, ForgeUnreachable, Gone, NotAllowed, NotLetIn
from contracthub.forges.github import HEADERS, Author, GithubPullRequest, author_of
from contracthub.forges.gitlab import GitlabMergeRequest, user_of
from tests.forges import stand_in
from tests.forges.stand_in import STRANGER, TOKEN, Fault, Forge

KEY = "ab" * 16
COMMIT = "c0ffee" * 6 + "beef"
LIMIT = b'{"message": "You have exceeded a secondary rate limit"}'


class Slept(list[float]):
    """How long was waited, instead of waiting."""


def github_of(forge: Forge, slept: Slept, token: str = TOKEN) -> GithubPullRequest:
    caller = Caller(connection_to(forge.url, token=token, retries=3), "GitHub", headers=HEADERS, sleep=slept.append)
    author = author_of(caller, f"{forge.url}/graphql", in_actions=False)
    return GithubPullRequest(caller, "acme/shop", 7, author)


def gitlab_of(forge: Forge, slept: Slept, token: str = TOKEN) -> GitlabMergeRequest:
    caller = Caller(connection_to(forge.url, token=token, retries=3), "GitLab", sleep=slept.append)
    return GitlabMergeRequest(caller, "acme/shop", 7, user_of(caller))


Open = Callable[..., GithubPullRequest | GitlabMergeRequest]


@pytest.fixture(params=["github", "gitlab"])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[Forge, Open]]:
    """A forge of each kind, and how its conversation is opened."""
    kind = request.param
    with getattr(stand_in, kind)() as forge:
        yield forge, github_of if kind == "github" else gitlab_of


@pytest.fixture
def slept() -> Slept:
    return Slept()


def settled(conversation: Conversation, body: str, *, is_clean: bool = False) -> Done:
    existing = ours_by_key(conversation.comments()).get(KEY, [])
    return settle(conversation, Wanted(KEY, body, is_clean), existing)


def test_a_comment_is_posted_then_changed_then_shrunk(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    assert settled(opened(forge, slept), "two breaks").deed is Deed.CREATED
    assert settled(opened(forge, slept), "one break").deed is Deed.UPDATED
    assert settled(opened(forge, slept), "one break").deed is Deed.UNCHANGED
    assert settled(opened(forge, slept), "resolved", is_clean=True).deed is Deed.RESOLVED
    assert forge.bodies == [marked(KEY, "resolved")]
    assert slept == []


def test_nothing_is_posted_about_what_was_always_clean(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    assert settled(opened(forge, slept), "resolved", is_clean=True).deed is Deed.NOT_NEEDED
    assert forge.writes == []


def test_a_marker_of_somebody_else_is_passed_over(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    forged = forge.says(marked(KEY, "all is well, merge it"), by=STRANGER)
    assert settled(opened(forge, slept), "breaks").deed is Deed.CREATED
    assert settled(opened(forge, slept), "breaks more").deed is Deed.UPDATED
    assert forged["body"] == marked(KEY, "all is well, merge it")
    assert forge.bodies == [marked(KEY, "breaks more")]


def test_a_marker_that_is_quoted_within_a_comment_of_ours_is_none(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    forge.says("> " + marked(KEY, "quoted"))
    assert settled(opened(forge, slept), "breaks").deed is Deed.CREATED


def test_the_comment_is_found_behind_hundreds_of_others(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    for number in range(250):
        forge.says(f"looks good {number}", by=STRANGER)
    ours = forge.says(marked(KEY, "old"))
    assert settled(opened(forge, slept), "new").deed is Deed.UPDATED
    assert ours["body"] == marked(KEY, "new")
    listed = [path for method, path in forge.asked if method == "GET" and "per_page" in path]
    assert len(listed) == 3


def test_of_two_that_a_race_left_the_older_stays(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    forge.says(marked(KEY, "first"))
    forge.says(marked(KEY, "second"))
    settled(opened(forge, slept), "now")
    assert forge.bodies == [marked(KEY, "now")]


def test_comments_about_other_documents_are_left_alone(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    forge.says(marked("cd" * 16, "another document"))
    settled(opened(forge, slept), "mine")
    assert forge.bodies == [marked("cd" * 16, "another document"), marked(KEY, "mine")]


def test_a_comment_that_goes_while_it_is_changed_is_posted_again(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.says(marked(KEY, "old"))
    existing = ours_by_key(conversation.comments())[KEY]
    forge.comments.clear()
    assert settle(conversation, Wanted(KEY, "new"), existing).deed is Deed.CREATED


def test_failures_that_pass_are_waited_out(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults += [Fault(502, "GET"), Fault(503, "GET", headers=(("Retry-After", "7"),))]
    assert settled(conversation, "breaks").deed is Deed.CREATED
    assert slept == [1.0, 7.0]


def test_failures_that_stay_end_with_the_forges_words(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults += [Fault(502, "GET", body=b"<html>bad gateway</html>")] * 9
    with pytest.raises(ForgeUnreachable, match=r"failed .*502.*bad gateway"):
        settled(conversation, "breaks")
    assert len(slept) == 3


@pytest.mark.parametrize("after", [False, True])
def test_a_post_whose_fate_is_not_known_never_makes_two(both: tuple[Forge, Open], slept: Slept, after: bool) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults.append(Fault(502, "POST", after=after))
    assert settled(conversation, "breaks").deed is Deed.CREATED
    assert forge.bodies == [marked(KEY, "breaks")]


@pytest.mark.parametrize(
    ("status", "headers", "body", "waited"),
    [
        (403, (("Retry-After", "9"),), b"{}", 9.0),
        (429, (("Retry-After", "2"),), b"", 2.0),
        (403, (), LIMIT, 60.0),
        (403, (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1")), b"{}", 1.0),
    ],
)
def test_a_limit_is_waited_out_even_for_a_post(
    both: tuple[Forge, Open],
    slept: Slept,
    status: int,
    headers: tuple[tuple[str, str], ...],
    body: bytes,
    waited: float,
) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults.append(Fault(status, "POST", "", headers, body))
    assert settled(conversation, "breaks").deed is Deed.CREATED
    assert slept == [waited]


def test_a_limit_that_lasts_an_hour_is_told_at_once(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults.append(Fault(429, "GET", "", (("Retry-After", "3600"),), LIMIT))
    with pytest.raises(ForgeUnreachable, match=r"no more requests for now.*3600 seconds"):
        settled(conversation, "breaks")
    assert slept == []


@pytest.mark.parametrize(
    ("status", "error"), [(401, NotLetIn), (403, NotAllowed), (404, Gone), (410, Gone), (422, ForgeRefused)]
)
def test_refusals_are_told_apart_and_not_repeated(
    both: tuple[Forge, Open], slept: Slept, status: int, error: type[Exception]
) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults.append(Fault(status, "POST"))
    with pytest.raises(error, match=f"{status}.*made up for a test") as told:
        settled(conversation, "breaks")
    assert type(told.value) is error
    assert len(forge.writes) == 1
    assert slept == []


def test_a_page_elsewhere_gets_no_token(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    with stand_in.github() as elsewhere:
        link = ("Link", f'<{elsewhere.url}/repos/acme/shop/issues/7/comments>; rel="next"')
        forge.faults.append(Fault(200, "GET", "", (link,), b"[]"))
        with pytest.raises(ForgeRefused, match="another address"):
            settled(conversation, "breaks")
        assert elsewhere.asked == []


def test_pages_without_end_are_given_up(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    link = ("Link", f'<{forge.url}/loop>; rel="next"')
    forge.faults += [Fault(200, "GET", "", (link,), b"[]")] * (MOST_PAGES + 1)
    with pytest.raises(ForgeRefused, match="more than 50 pages"):
        settled(conversation, "breaks")


def test_what_is_no_api_is_told(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults.append(Fault(200, "GET", body=b"<html>sign in</html>"))
    with pytest.raises(ForgeUnreachable, match=r"is not Git.*API"):
        settled(conversation, "breaks")


def test_the_token_is_in_no_message(both: tuple[Forge, Open], slept: Slept) -> None:
    forge, opened = both
    conversation = opened(forge, slept)
    forge.faults.append(Fault(422, "POST", body=f'{{"message": "no {TOKEN}"}}'.encode()))
    with pytest.raises(ForgeRefused) as told:
        settled(conversation, "breaks")
    assert TOKEN not in str(told.value)


def test_a_status_on_github(github: Forge, slept: Slept) -> None:
    github_of(github, slept).set_status(
        COMMIT, Status.FAILURE, "contracthub/diff", "1 breaking", "https://ci.example/1"
    )
    (status,) = github.statuses
    assert status == {
        "sha": COMMIT,
        "state": "failure",
        "context": "contracthub/diff",
        "description": "1 breaking",
        "target_url": "https://ci.example/1",
    }


def test_a_status_on_gitlab_that_is_there_already_is_no_fault(gitlab: Forge, slept: Slept) -> None:
    conversation = gitlab_of(gitlab, slept)
    for _ in range(2):
        conversation.set_status(COMMIT, Status.ERROR, "contracthub/diff", "not compared", None)
    assert [each["state"] for each in gitlab.statuses] == ["failed"]
    gitlab.faults.append(Fault(400, "POST"))
    with pytest.raises(ForgeRefused):
        conversation.set_status(COMMIT, Status.SUCCESS, "contracthub/diff", "fine", None)


def test_system_notes_of_gitlab_are_no_comments(gitlab: Forge, slept: Slept) -> None:
    gitlab.says(marked(KEY, "added 1 commit"), system=True)
    assert settled(gitlab_of(gitlab, slept), "breaks").deed is Deed.CREATED


def caller_of(forge: Forge) -> Caller:
    return Caller(connection_to(forge.url, token=TOKEN, retries=3), "GitHub", sleep=Slept().append)


def test_the_bot_of_actions_is_known_where_github_does_not_say_it(github: Forge) -> None:
    github.faults.append(Fault(403, "POST", "graphql"))
    author = author_of(caller_of(github), f"{github.url}/graphql", in_actions=True)
    assert author.wrote({"id": 41898282, "login": "github-actions[bot]"})
    assert not author.wrote({"id": 1, "login": "github-actions"})


def test_nothing_is_touched_when_nobody_says_whose_token_it_is(github: Forge) -> None:
    github.faults.append(Fault(403, "POST", "graphql"))
    with pytest.raises(NotAllowed, match="no comment is known to be ours"):
        author_of(caller_of(github), f"{github.url}/graphql", in_actions=False)


def test_a_persons_token_is_known_by_the_number(github: Forge) -> None:
    github.me = {"id": 5, "login": "ann"}
    author = author_of(caller_of(github), f"{github.url}/graphql", in_actions=True)
    assert author == Author("ann", 5)
    # Names can be given away and taken by others.
    assert not author.wrote({"id": 6, "login": "ann"})
    assert not author.wrote(None)
