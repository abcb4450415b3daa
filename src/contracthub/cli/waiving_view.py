"""How waivers are shown to people."""

from contracthub.client.waivers import Waiver

HEADINGS = ("NUMBER", "COVERS", "UNTIL", "BY", "REASON")
_OVER = {"expired": " (over)", "withdrawn": " (withdrawn)"}


def covered(waiver: Waiver) -> str:
    """What a waiver covers, in words."""
    told = waiver.covers
    pair = f"{_side(waiver, 'consumer') or 'any consumer'} with {_side(waiver, 'provider')}"
    where = f" in {told['environment']}" if "environment" in told else ""
    what = f", {told['contract']} only" if "contract" in told else ""
    change = f", rule {told['rule']}{' at ' + told['path'] if 'path' in told else ''}" if "rule" in told else ""
    return f"{pair}{where}{what}{change}"


def waiver_row(waiver: Waiver) -> tuple[str, str, str, str, str]:
    """One waiver, in a table."""
    until = waiver.until + _OVER.get(waiver.state, "")
    return str(waiver.number), covered(waiver), until, waiver.by, waiver.reason


def _side(waiver: Waiver, side: str) -> str:
    return " ".join(filter(None, (waiver.covers.get(side), waiver.covers.get(f"{side}Version"))))
