"""contracthub.toml: what it sets, what outranks it, and faults that are told with their line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contracthub.cli.config_file import NotAConfiguration, read_configuration
from contracthub.cli.main import run

OPTIONS = {"provider": "provider", "provider-base-url": "provider_base_url", "timeout": "timeout", "suite": "suites"}
SUITES = {"fuzz": {"seconds": "fuzz_seconds", "phases": None, "unsafe-methods": None}, "smoke": {}}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "contracthub.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_values_go_to_options_and_to_suites(written: Callable[[str], Path]) -> None:
    path = written(
        '[verify]\nprovider = "orders"\ntimeout = 5\nsuite = ["fuzz"]\n'
        '[verify.fuzz]\nseconds = 2.5\nphases = ["examples"]\nunsafe_methods = false\n'
    )
    found = read_configuration(path, OPTIONS, SUITES)
    assert found.options == {"provider": "orders", "timeout": "5", "suites": ["fuzz"], "fuzz_seconds": "2.5"}
    assert found.suites == {"fuzz": {"phases": ["examples"], "unsafe_methods": False}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[verify\n", "is not TOML"),
        ("\n[verfiy]\n", ":2: there is no table or setting verfiy; did you mean verify?"),
        ('[verify]\ntimeout = 1\nprovider-base-ulr = "x"\n', ":3: [verify] has no setting provider-base-ulr; did you"),
        ("[verify.fuzz]\nsecnds = 1\n", ":2: [verify.fuzz] has no setting secnds; did you mean seconds?"),
        ("[verify.smoke]\nzzz = 1\n", ":2: [verify.smoke] has no setting zzz; known are: none"),
        ("[verify]\nfuzz = 1\n", ":2: fuzz must be a table: [verify.fuzz]"),
        ("verify = 1\n", ":1: verify must be a table: [verify]"),
    ],
)
def test_a_fault_is_told_with_its_line(written: Callable[[str], Path], text: str, words: str) -> None:
    with pytest.raises(NotAConfiguration) as refused:
        read_configuration(written(text), OPTIONS, SUITES)
    assert words in str(refused.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "contracthub.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(NotAConfiguration, match="is not UTF-8"):
        read_configuration(path, OPTIONS, SUITES)


def test_a_secret_is_no_setting_of_a_file(
    written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(written('[verify]\nbroker-token = "s3cret"\n').parent)
    assert run(["verify", "provider"]) == 2
    assert "has no setting broker-token" in capsys.readouterr().err


def test_an_option_outranks_a_variable_and_a_variable_the_file(
    written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing listens at any of the three: the one that counts is named."""
    monkeypatch.chdir(
        written('[verify]\nprovider = "orders"\nprovider-base-url = "http://127.0.0.1:1/file"\nsuite = "fuzz"\n').parent
    )
    verify = ["verify", "provider", "--suite", "contracts", "--pact", "it.json"]
    pact = '{"consumer": {"name": "a"}, "provider": {"name": "orders"}, "interactions": []}'
    Path("it.json").write_text(pact, encoding="utf-8")

    def asked(*more: str) -> str:
        assert run([*verify, *more]) == 3
        return capsys.readouterr().err

    assert "127.0.0.1:1/file:" in asked()
    monkeypatch.setenv("CONTRACTHUB_PROVIDER_BASE_URL", "http://127.0.0.1:1/variable")
    assert "127.0.0.1:1/variable:" in asked()
    assert "127.0.0.1:1/option:" in asked("--provider-base-url", "http://127.0.0.1:1/option")


def test_a_file_that_is_named_counts_instead(
    written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(written("[verify]\nnonsense = 1\n").parent)
    Path("other.toml").write_text("[verify]\nalso-nonsense = 1\n", encoding="utf-8")
    assert run(["verify", "provider", "orders", "--config", "other.toml"]) == 2
    assert "other.toml:2: [verify] has no setting also-nonsense" in capsys.readouterr().err
