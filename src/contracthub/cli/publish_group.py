"""`contracthub publish`: pacts by their files, and by name what else can be published."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

# Under no name of its own: whatever is not the name of another command is a file with pacts.
PACTS = ""
COMMANDS = {
    PACTS: LazyCommand("contracthub.cli.publish:command", "Pacts of a consumer version.", hidden=True),
    "spec": LazyCommand(
        "contracthub.cli.publish_spec:command", "What a provider version offers: OpenAPI, GraphQL, schemas of events."
    ),
    "evidence": LazyCommand(
        "contracthub.cli.publish_evidence:command", "What a run of verify provider found, when the hub was away."
    ),
    "reader-schema": LazyCommand(
        "contracthub.cli.publish_reader_schema:command", "The schema with which a consumer reads a topic."
    ),
    "conversation": LazyCommand(
        "contracthub.cli.publish_live:conversation", "What is said and heard on a WebSocket or a stream."
    ),
    "flow": LazyCommand("contracthub.cli.publish_live:flow", "What becomes of messages that are sent."),
    "journey": LazyCommand("contracthub.cli.publish_live:journey", "Steps at one provider or several."),
    "slo": LazyCommand("contracthub.cli.publish_live:slo", "How fast and how reliably a provider has to answer."),
}


class PublishGroup(LazyGroup):
    """A group with a command that needs no name: the one that was there first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The name of a command and its words; or all words, for the one without a name."""
        is_named = bool(args) and (args[0] in self.table or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if is_named or not args else ["--", *args])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names, else the one without a name, which gets that word too."""
        if args and args[0] in self.table:
            return super().resolve_command(ctx, args)
        return PACTS, self._pacts(ctx), args

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help of the command without a name, and then what else there is."""
        pacts = self._pacts(ctx)
        pacts.format_help(click.Context(pacts, info_name=ctx.info_name, parent=ctx.parent), formatter)
        self.format_commands(ctx, formatter)

    def _pacts(self, ctx: click.Context) -> click.Command:
        found = self.get_command(ctx, PACTS)
        assert found is not None
        return found


@click.group("publish", cls=PublishGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Publishes pacts, and by name what else there is."""
