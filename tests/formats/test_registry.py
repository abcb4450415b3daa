import pytest

from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import Invalid, NotFound
from contracthub.formats.limits import Limits
from contracthub.formats.registry import FORMATS, PACT, Side, format_named

PACT_BYTES = b'{"interactions":[{"description":"a","request":{"method":"GET","path":"/"},"response":{"status":200}}]}'


def test_knows_pacts() -> None:
    assert format_named("pact") is PACT
    assert PACT.side is Side.CONSUMER


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_found_under_its_name(name: str) -> None:
    assert format_named(name).name == name


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="Use one of: pact"):
        format_named("wsdl")


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_refuses_what_is_no_document(name: str) -> None:
    with pytest.raises(Invalid):
        format_named(name).read(b"\xff", Limits())


def test_the_verbs_of_a_format_fit_together() -> None:
    document = PACT.read(PACT_BYTES, Limits())
    assert len(PACT.identity(document, IdentityRule.STABLE)) == 40
    assert [need.operation for need in PACT.needs(document)] == ["GET /"]
    assert PACT.text_diff(document, PACT.read(b'{"interactions":[]}', Limits()))
    served = PACT.read(PACT_BYTES.replace(b'[{"', b'[{"_id":"x","'), Limits())
    assert PACT.text_diff(document, served) == ""
