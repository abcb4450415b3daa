"""Findings for a person at a terminal: what is wrong, where, why it matters, and the command that shows it again."""

from collections.abc import Iterator

from contracthub.domain.findings import Finding
from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.visible import visible, visible_lines

_LONGEST_CURL = 600
_MOST_LINES = 4
WHY = {
    "ST101": "A 5xx is an error that nobody handled. Whoever sends this request can't go on, and can't know why.",
    "ST102": "A 5xx is an error that nobody handled. A wrong Content-Type is to be refused with a 4xx.",
    "ST103": "Clients are written for the documented status codes. One that is not in the document is a surprise.",
    "ST104": "Without a Content-Type a client has to guess how to read the answer.",
    "ST105": "A client that reads the answer as the documented type fails.",
    "ST106": "The Content-Type can't be understood, so that the answer can't be read.",
    "ST107": "A client that counts on the documented header finds nothing.",
    "ST108": "Code that is generated from the document, or written after it, fails on this answer.",
    "ST109": "The answer is said to be JSON, and no JSON parser reads it.",
    "ST110": "The answer can't be read as the type that it says it is.",
    "ST113": "The resolver failed. The client gets no data, and a text that it can't act on.",
    "ST114": "A field that is never null came as null: typed clients throw the whole answer away.",
    "ST115": "GraphQL clients read an object with data and errors; this is none.",
    "ST201": "The document forbids this request. If it is taken, wrong data gets in, or the document is wrong.",
    "ST202": "The document allows this request. Clients that keep to the document are refused.",
    "ST203": "The header is documented as required, and nothing happens without it.",
    "ST204": "A method that the document does not have is to be refused with 405.",
    "ST205": "Clients that ask what is allowed get another answer than the document's.",
    "ST301": "What was deleted can still be used.",
    "ST302": "What was created a moment ago is not there.",
    "ST401": "The operation is documented as protected, and answers without credentials.",
    "ST402": "One user gets what belongs to another.",
    "CH101": "Clients wait, and give up. One request that hangs may hold a whole worker.",
    "CH102": "The connection ended before the answer did. Clients can't know whether anything was done.",
    "CH103": "What came back is no HTTP.",
    "CH104": "Clients follow, and never get anywhere.",
    "CH201": "A consumer's code is written for the other status.",
    "CH202": "A consumer reads this header.",
    "CH203": "A consumer reads this field in that type.",
    "CH301": "Typed clients fail on a value that is not of the type that the schema says.",
    "CH401": "Consumers rely on what is published, and the running provider does not keep it.",
}


def why_it_matters(finding: Finding) -> str:
    """One sentence on what it means for those who call the provider."""
    if finding.consumers and not finding.code.startswith("CH2"):
        return f"{WHY.get(finding.code, '')} Used by {', '.join(finding.consumers[:5])}.".strip()
    return WHY.get(finding.code, "")


def finding_lines(finding: Finding, palette: Palette = PLAIN) -> Iterator[str]:
    """One finding, a few lines. Nothing of what the provider says can steer the terminal."""
    status = f" \u2192 {finding.status_code}" if finding.status_code is not None else ""
    yield palette.paint(visible(f"\u2717 {finding.operation}{status}"), "red") + palette.paint(
        visible(f"  {finding.title} ({finding.code})"), "bold"
    )
    if finding.message != finding.title:
        told = [line for line in visible_lines(finding.message) if line.strip()]
        yield from (f"    {line}" for line in told[:_MOST_LINES])
    why = why_it_matters(finding)
    if why:
        yield palette.paint(f"    {visible(why)}", "dim")
    curl = finding.curl if len(finding.curl) <= _LONGEST_CURL else f"{finding.curl[:_LONGEST_CURL]}\u2026"
    yield from (f"    {palette.paint(line, 'cyan')}" for line in visible_lines(curl))
