"""The examples of docs/consumer-builders.md, run as they stand there."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from contracthub.formats.live_contracts import read

PAGE = Path(__file__).resolve().parents[2] / "docs" / "consumer-builders.md"


class Client:
    """What the page leaves to its reader."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, body: Any) -> tuple[Any, str | None]:
        data = json.dumps(body).encode()
        with urlopen(Request(self.url + path, data, {"Content-Type": "application/json"}), timeout=10) as answer:
            return json.loads(answer.read() or b"null"), answer.headers.get("Location")


def pay(shop: Client, payments: Client) -> None:
    order, job = shop.post("/orders", {"sku": "A-1"})
    with urlopen(f"{shop.url}{job}", timeout=10) as answer:
        assert json.load(answer) == {"status": "done"}
    payments.post("/payments", {"order": order["id"]})


def test_every_example_writes_its_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {
        "json": json,
        "urlopen": lambda url: urlopen(url, timeout=10),
        "Shop": Client,
        "Payments": Client,
        "pay": pay,
    }
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        exec(compile(example, str(PAGE), "exec"), names)  # noqa: S102 - our own page
    names["test_a_session_is_read"]()
    written = {read(file.read_bytes()).kind for file in (tmp_path / "contracts").iterdir()}
    assert written == {"conversation", "flow", "journey", "slo"}
