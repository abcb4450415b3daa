"""Verdicts that rest on documents: what a consumer's contract needs, held against what a provider version offers."""

from collections.abc import Iterable, Sequence

from contracthub.domain.comparisons import EvidenceKind, Finding, LiveCheck, OnPaper
from contracthub.domain.matrix_question import MatrixRow, Question
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import Paper, Party, Remedy, Verdict, command, publish_remedy, verify_remedy
from contracthub.domain.weighing import last_check

# So many of what no document speaks of are named.
_NAMED = 3
_LONGEST_MESSAGE = 300
# What rules are about, by how their names begin.
_FAMILIES = {"graphql": "graphql schema", "message": "asyncapi", "conversation": "asyncapi"}


def verdict_on_paper(question: Question, row: MatrixRow, paper: OnPaper) -> Verdict:
    """What documents say of a contract that nobody has replayed against this provider version."""
    if paper.self_verified is False:
        return _own_check_failed(row, paper)
    if paper.comparison.errors:
        return _incompatible(question, row, paper)
    if paper.comparison.unanswered:
        return _unanswered(row, paper)
    how = "a replay of it is not what counts here" if row.success else "it was compared, not replayed"
    fact = (
        f"On paper {_provider(row)} has all that {_contract(row)} needs ({documents_of(paper)}); {how}. "
        f"{seen_true(row.provider, last_check(row))}"
    )
    return _verdict(VerdictKind.COMPATIBLE, row, paper, fact)


def note_on_paper(row: MatrixRow) -> str:
    """What documents say beside a replay that decides, where they say something else."""
    paper = row.paper
    if paper is None or row.success is None or row.missing_state:
        return ""
    if row.success and paper.comparison.errors:
        told = told_of(paper.comparison.errors)
        return f" On paper ({documents_of(paper)}) it would not: {told}. What it did when it ran counts."
    if not row.success and paper.comparison.outcome and paper.self_verified is not False:
        return f" On paper ({documents_of(paper)}) it would. What it did when it ran counts."
    return ""


def seen_true(provider: str, check: LiveCheck | None) -> str:
    """When the provider was last held to its own documents, as a sentence."""
    if check is None:
        return f"No running {provider} was ever held to that."
    how = "fuzzed" if check.evidence is EvidenceKind.FUZZED else "checked by its own build"
    came = "did what it says" if check.success else "did not do what it says"
    by = f" with {check.by}" if check.by else ""
    return f"When {provider} was last {how}{by}, on {check.at:%Y-%m-%d}, it {came}."


def documents_of(paper: OnPaper) -> str:
    """The names of the documents that were compared."""
    more = len(paper.documents) - _NAMED
    return ", ".join(paper.documents[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def told_of(errors: Sequence[Finding]) -> str:
    """The first of several findings, and how many others there are; no full stop."""
    first = errors[0]
    message = first.message.rstrip(".")
    message = message if len(message) <= _LONGEST_MESSAGE else message[: _LONGEST_MESSAGE - 1] + "…"
    place = ", ".join(filter(None, (first.operation, first.path)))
    more = len(errors) - 1
    rest = f"; and {more} more finding{'' if more == 1 else 's'}" if more else ""
    return (f"{place}: {message}" if place else message) + rest


def family_of(errors: Iterable[Finding]) -> str:
    """What kind of document the first of them is about, in PactFlow's words (bidirectional §13)."""
    first = next(iter(errors), None)
    return _FAMILIES.get(first.rule.partition(".")[0], "oas") if first else "oas"


def publish_document_remedy(provider: str, version: str | None, text: str) -> Remedy:
    """Publish a document of a provider version."""
    words = ("publish", "spec", "FILE", "--provider", provider, "--version", version or "VERSION")
    return Remedy(text, command(*words))


def _own_check_failed(row: MatrixRow, paper: OnPaper) -> Verdict:
    fact = f"The own check of {_provider(row)} against {documents_of(paper)} failed, so that these prove nothing."
    text = f"Mend {row.provider}, and publish the document of its next version with the result of its check."
    remedy = publish_document_remedy(row.provider, None, text)
    remedy = Remedy(text, f"{remedy.command} --verification-success")
    return _verdict(VerdictKind.FAILED, row, paper, fact, remedy)


def _incompatible(question: Question, row: MatrixRow, paper: OnPaper) -> Verdict:
    errors = paper.comparison.errors
    needs, offers = (
        _living(question, row.consumer, row.consumer_version),
        _living(question, row.provider, row.provider_version),
    )
    documents = dict.fromkeys(each.document for each in errors if each.document)
    where = ", ".join(documents) or documents_of(paper)
    fact = f"On paper ({where}), {offers} is not what the {row.named} of {needs} needs: {told_of(errors)}."
    return _verdict(VerdictKind.INCOMPATIBLE, row, paper, fact, _mended(question, row, errors[0]))


def _mended(question: Question, row: MatrixRow, first: Finding) -> Remedy:
    """Whoever is to be deployed can be mended; who lives there can only be replaced."""
    there = f" to {question.environment}" if question.environment else ""
    if question.is_partner(row.provider):
        text = (
            f"{_sentence(first.remedy)} Then publish the {row.named} of the next version of {row.consumer}; or deploy "
            f"a version of {row.provider} that fits{there} first."
        )
        return Remedy(text.strip(), _publish_contract(row))
    text = (
        f"{_sentence(first.remedy)} Then publish the document of the next version of {row.provider}; or deploy a "
        f"version of {row.consumer} that fits{there} first."
    )
    return publish_document_remedy(row.provider, None, text.strip())


def _publish_contract(row: MatrixRow) -> str:
    if row.live is None:
        return publish_remedy(row.consumer, None).command
    return command("publish", row.live.kind.value, "FILE", "--consumer", row.consumer, "--version", "VERSION")


def _unanswered(row: MatrixRow, paper: OnPaper) -> Verdict:
    found = paper.comparison.unanswered
    names = list(dict.fromkeys(each.description or each.message for each in found))
    named = ", ".join(f"“{each}”" for each in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    fact = (
        f"Nothing that {_provider(row)} publishes ({documents_of(paper)}) speaks of {named}{more} in {_contract(row)}, "
        "and nobody has replayed it."
    )
    text = f"Replay it against {_provider(row)}, or publish the document that describes it."
    remedy = verify_remedy(row.provider, row.provider_version, text, live=row.live)
    return _verdict(VerdictKind.UNANSWERABLE, row, paper, fact, remedy)


def _verdict(kind: VerdictKind, row: MatrixRow, paper: OnPaper, fact: str, remedy: Remedy | None = None) -> Verdict:
    consumer, provider = Party(row.consumer, row.consumer_version), Party(row.provider, row.provider_version)
    told = Paper(paper, last_check(row))
    return Verdict(kind, consumer, provider, fact, remedy, row.contract_id, live=row.live, paper=told)


def _provider(row: MatrixRow) -> str:
    return f"{row.provider} {row.provider_version}"


def _contract(row: MatrixRow) -> str:
    return f"the {row.named} of {row.consumer} {row.consumer_version}"


def _living(question: Question, name: str, version: str | None) -> str:
    named = f"{name} {version}" if version else name
    return f"{named}, which lives in {question.environment}," if question.is_partner(name) else named


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
