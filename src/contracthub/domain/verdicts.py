"""The answer of the gate: a verdict for each pair, and the decision that follows from them."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracthub.domain.comparisons import ContractKind, LiveCheck, OnPaper
from contracthub.domain.live_contracts import LiveName
from contracthub.domain.matrix_question import Reading
from contracthub.domain.standings import Standing, VerdictKind


@dataclass(frozen=True, slots=True)
class Remedy:
    """What clears a blocking verdict: in words, and as the command to run."""

    text: str
    command: str


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a pair; ``version`` is ``None`` where no version stands for it."""

    name: str
    version: str | None


@dataclass(frozen=True, slots=True)
class Grounds:
    """The result that a verdict rests on: its public number, when it was recorded, and where it is found."""

    number: int
    verified_at: datetime | None
    identity: str
    provider_version_id: int | None
    success: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison that a verdict rests on: of a reader schema's content with a provider's, and when it was made."""

    reading: Reading
    identity: str
    compared_at: datetime | None


@dataclass(frozen=True, slots=True)
class Paper:
    """The comparison with documents that a verdict rests on; ``checked``: the last time that the provider was held to
    these.
    """

    said: OnPaper
    checked: LiveCheck | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one pair, the fact behind it, and what would change it.

    ``provider`` is ``None`` when the version that was asked about is unknown, so that it has no counterpart yet, and
    where nobody is known who writes what is read. ``grounds`` is the result that decided, where one did; ``compared``
    is there in each verdict about a reader schema, ``live`` in each about a live contract, ``paper`` where documents
    decided. ``standing`` is there where a policy or waivers had a say.
    """

    kind: VerdictKind
    consumer: Party
    provider: Party | None
    fact: str
    remedy: Remedy | None = None
    contract_id: int | None = None
    grounds: Grounds | None = None
    compared: Compared | None = None
    live: LiveName | None = None
    paper: Paper | None = None
    standing: Standing | None = None

    @property
    def contract(self) -> ContractKind:
        """What kind of contract it is about."""
        if self.live is not None:
            return self.live.kind
        return ContractKind.PACT if self.compared is None else ContractKind.READER_SCHEMA

    @property
    def verification(self) -> int | None:
        """The number of the result that decided, where one did."""
        return self.grounds.number if self.grounds else None


class NoticeKind(StrEnum):
    """How a sentence of the summary is meant."""

    WARNING = "warning"
    ERROR = "error"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class SummaryNotice:
    """One sentence of the summary."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows succeeded, failed, have no result; ``ignored`` only when something was to be ignored."""

    success: int
    failed: int
    unknown: int
    ignored: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Deployable (yes), not (no), or not known (``None``): with reasons and verdicts."""

    deployable: bool | None
    counts: Counts
    notices: tuple[SummaryNotice, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def reason(self) -> str:
        """All sentences, one a line."""
        return "\n".join(notice.text for notice in self.notices)

    @property
    def blocking(self) -> tuple[int, ...]:
        """Which verdicts stand in the way, by position; the fewest facts that explain a "no"."""
        if self.deployable is True:
            return ()
        return tuple(place for place, verdict in enumerate(self.verdicts) if not verdict.kind.clears)


def command(*words: str) -> str:
    """A command line of ours that can be pasted into a shell."""
    return shlex.join(("contracthub", *words))


def verify_remedy(
    provider: str,
    version: str | None,
    text: str,
    *,
    branch: str | None = None,
    tag: str | None = None,
    live: LiveName | None = None,
) -> Remedy:
    """Run the provider's verification and publish the result, for a version that joins a branch or gets a tag.

    What is verified are pacts; with ``live`` it is a live contract.
    """
    named = ("--provider-version", version) if version else ()
    joined = (*(("--provider-branch", branch) if branch else ()), *(("--provider-tag", tag) if tag else ()))
    suite = ("--suite", live.suite) if live else ()
    words = ("verify", "provider", provider, *suite, *named, *joined, "--provider-base-url", "URL", "--publish")
    return Remedy(text, command(*words))


def in_turn(*commands: str) -> str:
    """One command line that goes on only while all goes well."""
    return " && ".join(commands)


def state_remedy(
    provider: str, version: str | None, states: Sequence[str] = (), *, live: LiveName | None = None
) -> Remedy:
    """Add the handlers of provider states, and let the same version be verified again."""
    named = " and ".join(f"“{state}”" for state in states)
    handlers = f"handlers for the provider states {named}" if len(states) > 1 else f"a handler for {_a_state(named)}"
    whose = f"{provider} {version}" if version else provider
    text = f"Add {handlers} to the verification of {provider}, then verify {whose} again."
    remedy = verify_remedy(provider, version, text, live=live)
    return Remedy(text, f"{remedy.command} --state-url STATE_URL")


def _a_state(named: str) -> str:
    return f"the provider state {named}" if named else "the provider state"


def verify_remedy_for(remedy: Remedy, consumer_version_selector: str) -> Remedy:
    """The same run of the verification, with the contracts that this selector (JSON) means instead of the usual."""
    words = shlex.join(("--consumer-version-selector", consumer_version_selector))
    first, then, rest = remedy.command.partition(" && ")
    return Remedy(remedy.text, f"{first} {words}{then}{rest}")


def deployment_remedy(pacticipant: str, version: str | None, environment: str, text: str) -> Remedy:
    """Ask whether it can be deployed, and record that it was: what clears one way must not block another."""
    one = ("--pacticipant", pacticipant, "--version", version or "VERSION")
    asked = command("can-i-deploy", *one, "--to-environment", environment)
    return Remedy(text, in_turn(asked, command("record-deployment", *one, "--environment", environment)))


def verify_and_deploy_remedy(provider: str, environment: str, text: str, *, live: LiveName | None = None) -> Remedy:
    """Verify a version, and let it go where it is needed."""
    verified = verify_remedy(provider, "VERSION", text, live=live)
    deployed = deployment_remedy(provider, None, environment, text)
    return Remedy(text, in_turn(verified.command, deployed.command))


def branch_remedy(pacticipant: str, version: str, branch: str, text: str) -> Remedy:
    """Put a version that exists on a branch."""
    words = ("--pacticipant", pacticipant, "--version", version, "--branch", branch)
    return Remedy(text, command("create-or-update-version", *words))


def tagged_first(remedy: Remedy, pacticipant: str, version: str, tag: str) -> Remedy:
    """The remedy after a tag was put on a version that no selector finds otherwise."""
    tagging = command("create-version-tag", "--pacticipant", pacticipant, "--version", version, "--tag", tag)
    return Remedy(remedy.text, in_turn(tagging, remedy.command))


def publish_remedy(pacticipant: str, version: str | None, branch: str | None = None) -> Remedy:
    """Publish the contracts of a version."""
    on = ("--branch", branch) if branch else ()
    words = ("publish", "pacts", "--consumer-app-version", version or "VERSION", *on)
    whose = " ".join(filter(None, (pacticipant, version)))
    where, what = (f" on branch {branch}", "the branch") if branch else ("", "the version number")
    return Remedy(f"Publish the pacts of {whose}{where}, or check {what}.", command(*words))


def blocking_verdicts(decision: Decision) -> Sequence[Verdict]:
    """The verdicts that stand in the way."""
    return [decision.verdicts[place] for place in decision.blocking]
