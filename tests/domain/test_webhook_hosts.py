"""Where webhooks may go."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.webhook_hosts import (
    Reach,
    UnusableUrl,
    is_host_rule,
    is_listed,
    may_connect,
    reach_of,
    read_url,
)


def test_an_address_is_taken_apart() -> None:
    target = read_url("HTTPS://Ci.Example.org.:8443/a b".replace(" ", "%20") + "?q=ä#f")
    assert (target.scheme, target.host, target.port, target.path) == (
        "https",
        "ci.example.org",
        8443,
        "/a%20b?q=%C3%A4",
    )
    assert target.authority == "ci.example.org:8443"
    assert read_url("http://[::1]").authority == "[::1]"
    assert read_url("https://bücher.example").host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "url",
    ["", "ci.example.org", "//ci.example.org", "ftp://ci.example.org", "http://", "http:///path", "http://a b.org/",
     "http://u:p@ci.example.org", "http://ci.example.org\\@evil", "http://ci.example.org:99999", "http://ci.example:0",
     "http://[::1", "http://[fe80::1%25eth0]/", "http://-a.org", "http://a..org", "http://1.2.3", "http://01.2.3.4",
     "http://0x7f.0.0.1", "http://a.0x1", "http://${pactbroker.consumerName}/", "http://a\r\nb/", "javascript:alert(1)",
     "http://\ud800/", "http://a.org/" + "a" * 9000, "http://" + "a" * 64 + ".org", "http://" + "a." * 130 + "org"],
)  # fmt: skip
def test_what_two_parsers_could_read_in_two_ways_is_no_address(url: str) -> None:
    with pytest.raises(UnusableUrl):
        read_url(url)


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.org/{text}"):
        try:
            target = read_url(url)
        except UnusableUrl:
            continue
        again = read_url(f"{target.scheme}://{target.authority}{target.path}")
        assert again == target
        assert target.path.isascii()
        assert target.path.isprintable()


@given(st.ip_addresses(v=4))
def test_an_address_reaches_as_far_however_it_is_wrapped(address: IPv4Address) -> None:
    mapped = IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)
    translated = IPv6Address(IPv6Address("64:ff9b::").packed[:12] + address.packed)
    assert reach_of(mapped) is reach_of(translated) is reach_of(address)


@given(st.ip_addresses())
def test_no_address_that_python_calls_inner_is_public_here(address: IPv4Address | IPv6Address) -> None:
    if reach_of(address) is Reach.PUBLIC:
        inner = (address.is_loopback, address.is_link_local, address.is_multicast, address.is_unspecified)
        assert not any(inner)
        assert isinstance(address, IPv6Address) or not (address.is_private or address.is_reserved)


@pytest.mark.parametrize(
    ("rule", "fits", "fits_not"),
    [
        ("ci.example.org", ["ci.example.org"], ["a.ci.example.org", "ci.example.org.evil.org", "xci.example.org"]),
        ("CI.Example.org.", ["ci.example.org"], ["example.org"]),
        ("*.example.org", ["a.example.org", "a.b.example.org"], ["example.org", "aexample.org"]),
        ("/^ci-\\d+\\.example$/", ["ci-1.example"], ["ci-x.example", "ci-1.example.org"]),
        ("/[/", [], ["a", "["]),
        ("10.0.0.0/8", ["10.1.2.3", "::ffff:10.1.2.3"], ["11.0.0.1", "10.example.org"]),
        ("10.0.0.1", ["10.0.0.1"], ["10.0.0.2"]),
        ("[::1]", ["::1"], ["::2"]),
        ("fd00::/8", ["fd00::1"], ["fe00::1", "10.0.0.1"]),
    ],
)
def test_the_list_of_hosts(rule: str, fits: list[str], fits_not: list[str]) -> None:
    assert [each for each in [*fits, *fits_not] if is_listed(each, ("other.example", rule))] == fits


def test_a_range_opens_what_no_name_opens() -> None:
    metadata = ip_address("169.254.169.254")
    assert not may_connect(metadata, "meta.example", ("meta.example", "/./", "*.example"))
    assert may_connect(metadata, "meta.example", ("meta.example", "169.254.0.0/16"))
    assert may_connect(ip_address("10.0.0.1"), "ci.example", ("ci.example",))
    assert not may_connect(ip_address("10.0.0.1"), "ci.example", ("other.example",))
    assert may_connect(ip_address("::ffff:10.0.0.1"), "ci.example", ("10.0.0.0/8",))


def test_entries_that_mean_nothing_are_known() -> None:
    good = ["a.example", "*.example", "/x/", "10.0.0.0/8", "::1", "[::1]", "localhost"]
    bad = ["", "/[/", "//", "*", "a b", "http://a.example", "10.0.0.0/99", "*.", "-a"]
    assert [each for each in [*good, *bad] if is_host_rule(each)] == good
