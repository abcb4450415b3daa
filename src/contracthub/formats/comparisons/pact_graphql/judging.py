"""Judges what an interaction sends and what it expects back; see ``comparing``."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graphql import FieldNode, OperationDefinitionNode, OperationType, separate_operations

from contracthub.domain.comparisons import Finding, Level
from contracthub.formats.comparisons.pact_graphql.answers import Answer, answers_to
from contracthub.formats.comparisons.pact_graphql.carried import Carried, Sending, carried_by
from contracthub.formats.comparisons.pact_graphql.deprecations import deprecations_in
from contracthub.formats.comparisons.pact_graphql.findings import Findings, shown
from contracthub.formats.comparisons.pact_graphql.operations import Flaw, ReadDocument, read_document
from contracthub.formats.comparisons.pact_graphql.responses import DataCheck
from contracthub.formats.comparisons.pact_graphql.rules import RULES
from contracthub.formats.comparisons.pact_graphql.schema import CompiledSchema
from contracthub.formats.comparisons.pact_graphql.variables import flaws_of_variables, known_values
from contracthub.formats.comparisons.pact_openapi.pact_file import Interaction, response_of
from contracthub.formats.comparisons.pact_openapi.switches import OURS
from contracthub.formats.graphql.selections import Selections


def judge_interaction(interaction: Interaction, schema: CompiledSchema) -> Iterator[Finding]:
    """What is found, in the order of request and answer. Raises ``Invalid`` for a malformed pact."""
    sending = carried_by(interaction)
    if sending is None:
        return
    answers, flaws = answers_to(sending, response_of(interaction, OURS))
    for carried, answer in zip(sending.operations, answers, strict=True):
        yield from _Judging(interaction, schema, sending, carried, answer).findings()
    for flaw, pointer in flaws:
        yield Findings(schema.document, interaction).finding(
            flaw.rule, flaw.path, flaw.message, pointer=pointer, hint=flaw.hint
        )


def judge_document(text: str, schema: CompiledSchema) -> Iterator[Finding]:
    """What is found in a document of operations, which is sent by nobody."""
    findings = Findings(schema.document)
    read = read_document(text, schema)
    flaws = [*read.flaws, *(deprecations_in(read.tree, schema.schema) if read.tree and read.is_whole else ())]
    for flaw in flaws:
        yield findings.finding(
            flaw.rule, flaw.path, flaw.message, pointer=flaw.at, provider=flaw.provider, hint=flaw.hint
        )


@dataclass(frozen=True, slots=True)
class _Judging:
    interaction: Interaction
    schema: CompiledSchema
    sending: Sending
    carried: Carried
    answer: Answer

    def findings(self) -> Iterator[Finding]:
        """All that is found for one operation and its answer."""
        carried, findings = self.carried, Findings(self.schema.document, self.interaction)
        if carried.text is None:
            told = "Only the hash of an operation is sent, and its text is not in the pact"
            yield findings.finding("graphql.operation.persisted", carried.path, told, pointer=carried.pointer)
            return
        read = read_document(carried.text, self.schema)
        picked = self._picked(read)
        if isinstance(picked, OperationDefinitionNode):
            findings = replace(findings, operation=self._name(picked))
        for flaw in self._of_text(read, carried.text):
            yield self._in_text(findings, flaw)
        if not read.is_whole:
            return
        if isinstance(picked, OperationDefinitionNode):
            yield from self._of_operation(findings, read, picked)
        elif picked is not None:
            yield self._in_text(findings, picked)

    def _picked(self, read: ReadDocument) -> OperationDefinitionNode | Flaw | None:
        if read.tree is None:
            return None
        name = self.carried.name
        if name is not None and not isinstance(name, str):
            return Flaw("graphql.request.malformed", f"operationName is {shown(name)}, not a text")
        return read.pick(name or None)

    def _of_text(self, read: ReadDocument, text: str) -> Iterator[Flaw]:
        yield from read.flaws
        said = self.carried.sha256
        if said is not None and said.lower() != hashlib.sha256(text.encode()).hexdigest():
            told = f"The hash {said[:64]!r} is not that of the text that is sent with it"
            yield Flaw("graphql.operation.hash", told)

    def _of_operation(
        self, findings: Findings, read: ReadDocument, operation: OperationDefinitionNode
    ) -> Iterator[Finding]:
        schema, carried = self.schema.schema, self.carried
        if operation.operation is OperationType.MUTATION and self.sending.by_get:
            told = "A mutation is sent by GET"
            yield self._in_text(findings, Flaw("graphql.request.method", told))
        for flaw, here in flaws_of_variables(carried, operation, schema):
            yield findings.finding(
                flaw.rule,
                here.path,
                flaw.message,
                pointer=here.pointer,
                provider=flaw.provider,
                level=self._level(flaw),
                hint=flaw.hint,
            )
        assert read.tree is not None
        alone = separate_operations(read.tree).get(operation.name.value if operation.name else "", read.tree)
        for flaw in deprecations_in(alone, schema):
            yield self._in_text(findings, flaw)
        if operation.operation is OperationType.SUBSCRIPTION:
            told = "It is a subscription: what it sends is not compared, only what it asks for"
            yield self._in_text(findings, Flaw("graphql.operation.subscription", told))
            return
        yield from self._of_data(findings, read, operation)

    def _of_data(self, findings: Findings, read: ReadDocument, operation: OperationDefinitionNode) -> Iterator[Finding]:
        root, answer = self.schema.schema.get_root_type(operation.operation), self.answer
        if root is None or answer.data is None or answer.here is None:
            return
        assert read.tree is not None
        variables = known_values(self.carried.variables, operation)
        selections = Selections(self.schema.schema, read.tree, variables)
        check = DataCheck(self.schema.schema, selections)
        for flaw, here in check.flaws(root, operation.selection_set, answer.data, answer.here):
            yield findings.finding(
                flaw.rule, here.path, flaw.message, pointer=here.pointer, provider=flaw.provider, hint=flaw.hint
            )

    def _in_text(self, findings: Findings, flaw: Flaw) -> Finding:
        return findings.finding(
            flaw.rule,
            flaw.path or self.carried.path,
            flaw.message,
            pointer=self.carried.text_pointer,
            provider=flaw.provider,
            level=self._level(flaw),
            hint=flaw.hint,
        )

    def _level(self, flaw: Flaw) -> Level:
        """A consumer that expects a refusal may well send what is refused."""
        level = RULES[flaw.rule].level
        return Level.WARNING if level is Level.ERROR and self.answer.is_refusal else level

    def _name(self, operation: OperationDefinitionNode) -> str:
        """``Query.offers``, as people know it."""
        root = self.schema.schema.get_root_type(operation.operation)
        name = root.name if root else operation.operation.value.capitalize()
        fields = [each.name.value for each in operation.selection_set.selections[:5] if isinstance(each, FieldNode)]
        return ", ".join(f"{name}.{each}" for each in dict.fromkeys(fields)) or name
