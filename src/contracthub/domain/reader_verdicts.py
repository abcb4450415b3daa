"""Verdicts on reader schemas: what a consumer reads, held against what a provider writes."""

from collections.abc import Iterable, Sequence

from contracthub.domain.matrix_question import (
    MatrixRow,
    Question,
    Reading,
    ResolvedSelector,
    Unwritten,
    text_of_missing,
)
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import (
    Compared,
    Party,
    Remedy,
    Verdict,
    command,
    deployment_remedy,
    in_turn,
)

# One finding says what to do; the others are in the evidence.
_TOLD = 3


def verdicts_of_reading(
    question: Question, row: MatrixRow, reading: Reading, missing: Sequence[ResolvedSelector]
) -> Iterable[Verdict]:
    """What is known of a reader schema with a provider version; nothing where its absence is told already."""
    consumer, compared = Party(row.consumer, row.consumer_version), Compared(reading, row.identity, row.verified_at)
    if row.success is None:
        yield from _without_schema(question, row, compared, missing)
        return
    provider = Party(row.provider, row.provider_version)
    if row.success:
        fact = f"{row.consumer} {row.consumer_version} reads all that {_named(provider)} writes to {reading.name}."
        yield Verdict(VerdictKind.COMPATIBLE, consumer, provider, fact, compared=compared)
        return
    told = "; ".join(f"{each.path}: {each.message}" for each in reading.findings[:_TOLD])
    more = f"; and {len(reading.findings) - _TOLD} more" if len(reading.findings) > _TOLD else ""
    who, what = _living(question, consumer), _living(question, provider)
    fact = f"{who} can't read what {what} writes to {reading.name}: {told}{more}."
    remedy = _remedy_of_incompatible(question, consumer, provider, reading)
    yield Verdict(VerdictKind.INCOMPATIBLE, consumer, provider, fact, remedy, compared=compared)


def verdict_of_unwritten(question: Question, unwritten: Unwritten) -> Verdict:
    """What is said where nobody is known who writes what a consumer version reads."""
    reading, consumer = unwritten.reading, Party(unwritten.consumer, unwritten.consumer_version)
    fact = (
        f"{_living(question, consumer)} reads {reading.name}, and no provider has published the schema with which it "
        "writes that."
    )
    text = f"Let the provider that writes {reading.name} publish its schema"
    remedy = _then_deployed(question, "PROVIDER", _publish_spec("PROVIDER", None, reading), text)
    return Verdict(VerdictKind.UNANSWERABLE, consumer, None, fact, remedy, compared=Compared(reading, "", None))


def deploy_writer_remedy(provider: str, version: str, environment: str, reading: Reading) -> Remedy:
    """Let a version that writes what is read go first."""
    text = f"Deploy {provider} {version}, which writes {reading.name} so that it is read, to {environment} first."
    return deployment_remedy(provider, version, environment, text)


def _without_schema(
    question: Question, row: MatrixRow, compared: Compared, missing: Sequence[ResolvedSelector]
) -> Iterable[Verdict]:
    consumer, reading = Party(row.consumer, row.consumer_version), compared.reading
    if row.provider_version is not None:
        yield _schema_missing(question, consumer, Party(row.provider, row.provider_version), compared)
        return
    selectors = [each for each in question.selectors if each.pacticipant == row.provider and each.is_missing]
    if any(each in missing for each in selectors):
        # That there is no such version has been told.
        return
    gone = f" {text_of_missing(selectors[0])}." if selectors else ""
    fact = f"{_living(question, consumer)} reads {reading.name}, which {row.provider} writes.{gone}"
    remedy = _publish_spec(row.provider, None, reading)
    if question.environment is not None:
        text = f"Deploy {row.provider} to {question.environment} first, and record it."
        remedy = deployment_remedy(row.provider, None, question.environment, text)
    provider = Party(row.provider, None)
    yield Verdict(VerdictKind.UNANSWERABLE, consumer, provider, fact, remedy, compared=compared)


def _schema_missing(question: Question, consumer: Party, provider: Party, compared: Compared) -> Verdict:
    reading = compared.reading
    who, what = _living(question, consumer), _living(question, provider)
    fact = f"{what} carries no schema for {reading.name}, which {who} reads."
    text = (
        f"Publish the schema with which {_named(provider)} writes {reading.name}. If it does not write that any more, "
        f"{consumer.name} has to do without it, or to name another writer (publish reader-schema --provider)."
    )
    remedy = Remedy(text, _publish_spec(provider.name, provider.version, reading).command)
    return Verdict(VerdictKind.UNANSWERABLE, consumer, provider, fact, remedy, compared=compared)


def _remedy_of_incompatible(question: Question, consumer: Party, provider: Party, reading: Reading) -> Remedy:
    paths = ", ".join(dict.fromkeys(each.path for each in reading.findings[:_TOLD]))
    mended = reading.findings[0].remedy
    if question.is_partner(consumer.name):
        text = (
            f"Write {paths} as {_named(consumer)} reads it, and publish the schema of {provider.name}'s next version; "
            f"or let {consumer.name} do without it first. There: {mended}"
        )
        return Remedy(text, _publish_spec(provider.name, None, reading).command)
    text = (
        f"Mend the schema with which {consumer.name} reads {reading.name}, and publish that of its next version: "
        f"{mended} Or let {provider.name} write {paths} first."
    )
    return Remedy(text, command("publish", "reader-schema", "FILE", *_whose(consumer.name, None), *_where(reading)))


def _publish_spec(provider: str, version: str | None, reading: Reading) -> Remedy:
    words = ("publish", "spec", "FILE", "--provider", provider, "--version", version or "VERSION")
    text = f"Publish the schema with which {provider} writes {reading.name}."
    return Remedy(text, command(*words, *_where(reading)))


def _then_deployed(question: Question, provider: str, published: Remedy, text: str) -> Remedy:
    if question.environment is None:
        return Remedy(f"{text}.", published.command)
    deployed = deployment_remedy(provider, None, question.environment, "")
    where = f", deploy it to {question.environment}, and record that."
    return Remedy(f"{text}{where}", in_turn(published.command, deployed.command))


def _whose(consumer: str, version: str | None) -> tuple[str, ...]:
    return ("--consumer", consumer, "--version", version or "VERSION")


def _where(reading: Reading) -> tuple[str, ...]:
    """The options that lead to the same subject."""
    if reading.topic is None:
        return ("--subject", reading.subject)
    if reading.subject == f"{reading.topic}-value":
        return ("--topic", reading.topic)
    if reading.subject == f"{reading.topic}-key":
        return ("--topic", reading.topic, "--key")
    return ("--topic", reading.topic, "--subject", reading.subject)


def _named(party: Party) -> str:
    return f"{party.name} {party.version}" if party.version else party.name


def _living(question: Question, party: Party) -> str:
    """A version as it is spoken of; where it lives, if that is why it counts."""
    if question.is_partner(party.name):
        return f"{_named(party)}, which lives in {question.environment},"
    return _named(party)
