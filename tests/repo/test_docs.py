"""What a person can type, set or be answered with is documented, and nothing else is."""

import ast
import re
import shlex
from collections.abc import Iterator

import click
import pytest

from contracthub.cli.detection import CI_SYSTEMS
from contracthub.cli.exits import ExitCode
from contracthub.cli.main import COMMANDS, group
from scripts import policy_reference, rule_reference
from scripts.command_reference import REFERENCE, environment_variables, reference
from tests.repo import tree

OURS = re.compile(r"\b(?:CONTRACTHUB|PACT_BROKER)_[A-Z_]+\b")


def page(name: str) -> str:
    """The text of a page, named from the root of the repository."""
    return (tree.ROOT / name).read_text(encoding="utf-8")


def parameters(command: click.Command) -> Iterator[click.Parameter]:
    """Every parameter of a command and of those below it."""
    yield from command.params
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from parameters(below)


def environment_reads() -> set[str]:
    """The variables that the source names: those of options, those read by name, and those of ours in any text."""
    named = {name for parameter in parameters(group) for name in environment_variables(parameter)}
    for path in tree.modules("src"):
        for node in ast.walk(tree.syntax(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named |= set(OURS.findall(node.value))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.environ.get", "os.getenv"}:
                named |= {str(word.value) for word in node.args[:1] if isinstance(word, ast.Constant)}
    return named


def test_the_command_reference_is_what_the_commands_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "run `make docs`"


def test_the_page_of_rules_is_what_the_rules_say() -> None:
    assert rule_reference.REFERENCE.read_text(encoding="utf-8") == rule_reference.reference(), "run `make docs`"


def test_the_page_of_policies_is_what_their_rules_say() -> None:
    assert policy_reference.REFERENCE.read_text(encoding="utf-8") == policy_reference.reference(), "run `make docs`"


def test_every_command_is_in_the_readme() -> None:
    readme = page("README.md")

    assert [name for name, it in COMMANDS.items() if not it.hidden and f"contracthub {name}" not in readme] == []


def test_every_environment_variable_is_documented() -> None:
    configuration = page("docs/configuration.md")

    assert {name for name in environment_reads() if f"`{name}`" not in configuration} == set()


def test_no_other_environment_variable_is_documented() -> None:
    documented = {name for folder in ("README.md", "docs/configuration.md") for name in OURS.findall(page(folder))}
    for_tests = {name for path in tree.modules("tests") for name in OURS.findall(path.read_text(encoding="utf-8"))}

    assert documented - environment_reads() - for_tests == set()


def test_every_ci_system_that_is_recognised_is_documented() -> None:
    configuration = page("docs/configuration.md")

    assert [system.name for system in CI_SYSTEMS if system.name not in configuration] == []


def test_the_exit_codes_are_documented_one_by_one() -> None:
    rows = re.findall(r"^\| (\d+) \|", page("docs/exit-codes.md"), flags=re.MULTILINE)

    assert [int(code) for code in rows] == sorted(ExitCode)


def test_every_make_target_in_the_documentation_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), flags=re.MULTILINE))
    said = {
        target
        for name, text in tree.texts()
        if name.endswith(".md")
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE)
    }

    assert said - targets == set()


def test_every_link_inside_the_documentation_leads_somewhere() -> None:
    dead = [
        f"{name}: {target}"
        for name, text in tree.texts()
        if name.endswith(".md")
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
        if not (tree.ROOT / name).parent.joinpath(target).exists()
    ]

    assert dead == []


def examples() -> list[str]:
    """Every command line of ours in a console block of the documentation, on one line."""
    return sorted(
        {
            line
            for name, text in tree.texts()
            if name.endswith(".md")
            for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
            for line in block.replace("\\\n", " ").splitlines()
            if line.startswith("contracthub ")
        }
    )


@pytest.mark.parametrize("line", examples())
def test_every_example_is_a_command_line_that_the_commands_accept(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.ROOT)
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = group
    context = click.Context(group, info_name="contracthub")

    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
        context = click.Context(command, info_name=name, parent=context)

    command.parse_args(context, words)
