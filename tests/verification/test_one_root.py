"""One trusted certificate for a verifier that asks nothing over TLS; all of them for one that may."""

from pathlib import Path

import pytest

from contracthub.verification.job import HubSource, ReplayJob
from contracthub.verification.one_root import environment_with, one_root_file
from contracthub.verification.replay_child import _addresses_in, _speaks_tls

ONE = "-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----\n"


def test_it_is_the_first_of_those_that_the_machine_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "all.pem").write_text(f"# of somebody\n{ONE}{ONE}", encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "all.pem"))
    with one_root_file() as path:
        assert path is not None
        assert path.read_text() == f"# of somebody\n{ONE}"
        variables = environment_with(path)
        assert variables["SSL_CERT_FILE"] == str(path)
        assert not Path(variables["SSL_CERT_DIR"]).exists()
    assert not path.exists()


def test_without_any_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "none.pem").write_text("", encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: type("Paths", (), {"cafile": None}))
    with one_root_file() as path:
        assert path is None
        assert environment_with(path) == {}


LOCAL = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (ReplayJob("orders", LOCAL), False),
        (ReplayJob("orders", LOCAL, hub=HubSource("http://hub:9292"), state_url=LOCAL), False),
        (ReplayJob("orders", "HTTPS://127.0.0.1:8080"), True),
        (ReplayJob("orders", LOCAL, hub=HubSource("https://hub:9292")), True),
        (ReplayJob("orders", LOCAL, state_url="https://127.0.0.1/states"), True),
        (ReplayJob("orders", LOCAL, openapi="https://127.0.0.1/openapi.json"), True),
        (ReplayJob("orders", "http://93.184.215.14"), True),
    ],
)
def test_whether_anything_may_be_asked_over_tls(job: ReplayJob, said: bool) -> None:
    assert _speaks_tls(job.provider_url, tuple(_addresses_in(job))) is said
