"""Rule packs for people."""

import json
from collections.abc import Mapping
from typing import Any

import click

from contracthub.cli.options import required_text
from contracthub.client.rule_packs import RulePacks
from contracthub.reports.visible import visible

provider_option = click.option(
    "--provider",
    callback=required_text,
    metavar="NAME",
    help="Only for it. Without it: for all providers that say nothing else.",
)


def rule_pack_lines(packs: RulePacks) -> list[str]:
    """What was said, a setting per line."""
    lines = _level(packs.provider or "the workspace", packs.settings)
    if packs.provider is not None and packs.workspace is not None:
        lines += _level("the workspace", packs.workspace)
    if packs.providers:
        lines.append(visible(f"Providers with settings of their own: {', '.join(packs.providers)}."))
    return lines


def _level(whose: str, settings: Mapping[str, Any] | None) -> list[str]:
    if settings is None:
        return [visible(f"Nothing was said for {whose}.")]
    return [
        visible(f"For {whose}:"),
        *(visible(f"  {name} = {json.dumps(value, ensure_ascii=False)}") for name, value in settings.items()),
    ]
