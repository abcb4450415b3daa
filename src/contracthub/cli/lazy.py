"""A click group whose commands are imported only when they are called, so that none pays for the others."""

from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module

import click

from contracthub.cli.exits import ExitCode, Stopped


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command lives (``module:attribute``) and the line that the group's help shows for it, if it does."""

    target: str
    help: str
    hidden: bool = False


class LazyGroup(click.Group):
    """A group over a table of commands; its help is printed from the table alone."""

    def __init__(self, *args: object, table: dict[str, LazyCommand] | None = None, **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]
        self.table = table or {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names in the order of the table: what is used most comes first."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now. Raises Stopped when this installation lacks its module."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        try:
            command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            if ctx.resilient_parsing:
                # Completion of the shell asks for every command; one that is missing has nothing to complete.
                return None
            raise Stopped(f"{cmd_name} is not part of this installation.", ExitCode.NOT_FOUND_OUT) from error
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.target} is no click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but a name that is unknown is answered with those that look like it."""
        if args and args[0] not in self.table and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.table)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Writes the names and lines of the table; imports nothing."""
        rows = [(name, entry.help) for name, entry in self.table.items() if not entry.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
