"""Small files, small functions, names that say what they hold, and a first sentence in each module."""

import ast

from tests.repo import tree

LONGEST_FILE = 600
LONGEST_FUNCTION = 60

# Functions that are a table in disguise: place → why it is one.
TABLES: dict[str, str] = {}

NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base"}


def test_files_are_at_most_600_lines() -> None:
    sizes = {tree.name_of(path): tree.size_of(path) for path in tree.modules(*tree.CODE, "migrations", "tests")}

    assert {name: lines for name, lines in sizes.items() if lines > LONGEST_FILE} == {}


def test_functions_are_at_most_60_lines() -> None:
    assert long_functions() - set(TABLES) == set()


def test_every_listed_table_still_exists_and_is_still_long() -> None:
    assert set(TABLES) <= long_functions()


def long_functions() -> set[str]:
    """The places of all functions that are too long, tables among them."""
    return {
        function.place
        for path in tree.modules(*tree.CODE)
        for function in tree.functions(path)
        if function.lines > LONGEST_FUNCTION
    }


def test_every_module_says_what_lives_in_it() -> None:
    code = tree.modules(*tree.CODE, "migrations")

    assert [tree.name_of(path) for path in code if not ast.get_docstring(tree.syntax(path))] == []


def test_every_module_and_folder_has_a_name() -> None:
    """A function without a home is a concept without a name."""
    code = [path.relative_to(tree.ROOT) for path in tree.modules(*tree.CODE, "tests")]

    assert [path.as_posix() for path in code if NAMELESS & {*path.parts[:-1], path.stem}] == []
