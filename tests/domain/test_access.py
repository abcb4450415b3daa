"""Credentials: what lets in, and that nothing of them can be read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.access import Access, Role, account, new_token, token_entry, tokens_from
from contracthub.domain.errors import Invalid

NAMES = st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1, max_size=20)
PASSWORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(NAMES, PASSWORDS, PASSWORDS)
def test_an_account_lets_its_own_password_in_and_no_other(name: str, password: str, other: str) -> None:
    access = Access((account(name, password, Role.WRITE),))
    spellings = {f"{name}:{password}".encode()}
    if max(map(ord, name + password)) < 256:
        spellings.add(f"{name}:{password}".encode("latin-1"))
    assert all(access.account(each) for each in spellings)
    presented = f"{name}:{other}".encode()
    assert bool(access.account(presented)) is (presented in spellings)


def test_a_password_may_hold_colons_and_a_name_may_not() -> None:
    access = Access((account("ci", "a:b:c", Role.READ),))
    assert access.account(b"ci:a:b:c") is not None
    assert access.account(b"ci:a:b") is None
    with pytest.raises(Invalid, match="colon"):
        account("c:i", "x", Role.READ)


@pytest.mark.parametrize(("name", "password"), [("", "x"), ("ci", "")])
def test_an_account_has_a_name_and_a_password(name: str, password: str) -> None:
    with pytest.raises(Invalid):
        account(name, password, Role.READ)


def test_a_token_is_found_by_its_entry_alone() -> None:
    one, other = new_token(), new_token()
    entries = f"{token_entry('ci', Role.WRITE, one)},\n {token_entry('wall.1', Role.READ, other)} "
    access = Access(tokens=tokens_from(entries))
    found = [access.token(secret.encode()) for secret in (one, other, new_token(), "")]
    assert [each and (each.name, each.role) for each in found] == [
        ("ci", Role.WRITE),
        ("wall.1", Role.READ),
        None,
        None,
    ]
    assert one not in entries
    assert access.token(entries.partition(",")[0].rpartition(":")[2].encode()) is None, "the digest is no token"


@pytest.mark.parametrize(
    "entry",
    [
        "ci:write:plain-secret",
        "ci:admin:sha256:" + "0" * 64,
        "ci:write:sha256:" + "0" * 63,
        ":write:sha256:" + "0" * 64,
        "secret",
    ],
)
def test_an_entry_that_is_none_is_refused_without_being_repeated(entry: str) -> None:
    with pytest.raises(Invalid, match="Entry 2") as caught:
        tokens_from("a:read:sha256:" + "0" * 64 + " " + entry)
    assert entry not in str(caught.value)


def test_nothing_of_a_credential_is_in_its_text() -> None:
    shown = repr(Access((account("ci", "s3cr3t", Role.READ),), tokens_from("a:read:sha256:" + "ab" * 32)))
    assert "s3cr3t" not in shown
    assert "digests" not in shown
