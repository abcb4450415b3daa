"""What lets a process reach the hosts that it was told of, and no other."""

import socket

import pytest

from contracthub.verification.nobodys_proxy import nobodys_proxy, nowhere, nowhere_but

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def _without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_nobody_listens_there_for_as_long_as_it_is_used() -> None:
    with nobodys_proxy() as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))


def test_the_hosts_that_are_named_are_reached() -> None:
    urls = ("http://orders.test:8080/base", "https://me:secret@hub.test", "http://[fe80::1]:7/x", "http://orders.test")
    variables = nowhere_but("http://127.0.0.1:9", urls)
    assert {variables[name] for name in NAMES} == {"http://127.0.0.1:9"}
    assert variables["no_proxy"] == variables["NO_PROXY"] == "127.0.0.1,localhost,::1,orders.test,hub.test,fe80::1"
    assert nowhere("http://127.0.0.1:9")["NO_PROXY"] == ""


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy"])
def test_a_proxy_of_this_machine_stays(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://proxy.test:3128")
    assert nowhere_but("http://127.0.0.1:9", ["http://orders.test"]) == {}
