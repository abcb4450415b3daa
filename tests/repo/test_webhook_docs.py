"""What docs/webhooks.md tells people to type does what it says."""

import hashlib
import hmac
import json
import re
import time
from typing import Any

from contracthub.domain.webhook_presets import PRESETS, expand
from contracthub.domain.webhook_templates import PARAMETERS
from tests.repo import tree

PAGE = (tree.ROOT / "docs/webhooks.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_every_preset_has_an_example_that_works_and_a_row_with_its_settings() -> None:
    examples = [example for block in blocks("json") if "preset" in (example := json.loads(block))]
    for example in examples:
        # The dots stand for what nobody else may read.
        settings = {name: value.replace("…", "x") for name, value in example["settings"].items()}
        expand(example["preset"], settings)
    assert {example["preset"] for example in examples} == set(PRESETS)
    for preset in PRESETS.values():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{preset.name}`"))
        assert {each.name for each in preset.settings} <= set(re.findall(r"`([^`]+)`", row))


def test_every_parameter_is_named() -> None:
    assert {name for name in PARAMETERS if f"`{name}`" not in PAGE} == set()


def test_the_receiver_takes_what_is_signed_and_new_and_nothing_else() -> None:
    [source] = blocks("python")
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102
    accept = names["accept"]

    def signed(timestamp: int, delivery: str, key: str = "key") -> dict[str, str]:
        digest = hmac.new(key.encode(), f"{timestamp}.{{}}".encode(), hashlib.sha256).hexdigest()
        return {
            "X-ContractHub-Timestamp": str(timestamp),
            "X-ContractHub-Delivery": delivery,
            "X-ContractHub-Signature-256": f"sha256={digest}",
        }

    now = int(time.time())
    assert accept(signed(now, "1"), b"{}", "key")
    assert not accept(signed(now, "1"), b"{}", "key")
    assert not accept(signed(now, "2", "other"), b"{}", "key")
    assert not accept(signed(now, "3"), b"{ }", "key")
    assert not accept(signed(now - 3600, "4"), b"{}", "key")
    assert accept(signed(now, "2"), b"{}", "key")
