"""`contracthub check-schema`: who would break if a topic were written with this schema. It changes nothing."""

import click

from contracthub.cli.exits import ExitCode
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.printing import palette, say, say_json
from contracthub.cli.schema_files import read_schema, schema_options
from contracthub.client.hub import Hub
from contracthub.client.readers import CheckedReader, ReadersAnswer, check_readers
from contracthub.reports.colours import Palette
from contracthub.reports.visible import visible


@click.command("check-schema")
@click.argument("file", metavar="FILE")
@schema_options
@click.option(
    "--environment",
    "--to-environment",
    "environments",
    multiple=True,
    required=True,
    callback=lambda ctx, parameter, values: tuple(required_text(ctx, parameter, each) for each in values),
    metavar="NAME",
    help="Whose readers count; may be given several times.",
)
@click.option("--provider", metavar="NAME", callback=required_text, help="Who would write it.")
@output_option("text", "json")
@hub_options
@click.pass_context
def command(
    ctx: click.Context,
    hub: Hub,
    /,
    *,
    file: str,
    environments: tuple[str, ...],
    provider: str | None,
    output: str,
    **options: object,
) -> None:
    """Says who breaks when a topic is written with another schema: every reader that lives in an environment.

    Exits with 0 when nobody does, with 1 when somebody does.

    contracthub check-schema order.avsc --topic orders --environment production
    """
    answer = check_readers(hub, read_schema(file, options, provider), environments)
    if output == "json":
        say_json(answer.document)
    else:
        say("\n".join(_lines(answer, environments, palette())))
    ctx.exit(ExitCode.YES if answer.is_compatible else ExitCode.NO)


def _lines(answer: ReadersAnswer, environments: tuple[str, ...], colours: Palette) -> list[str]:
    where = ", ".join(environments)
    if not answer.readers:
        return [visible(f"Nobody is known to read {answer.subject} in {where}.")]
    lines = []
    for each in answer.readers:
        whose = visible(f"{each.consumer} {each.version} in {each.environment}")
        said = colours.paint("breaks", "red") if each.findings else colours.paint("reads it", "green")
        lines += [f"{whose}: {said}", *_reasons(each)]
    broken = sum(bool(each.findings) for each in answer.readers)
    whole = f"{broken} of {len(answer.readers)} readers of {answer.subject} in {where} would break."
    return [*lines, "", colours.paint(visible(whole), "red" if broken else "green")]


def _reasons(reader: CheckedReader) -> list[str]:
    lines = []
    for each in reader.findings:
        lines.append(visible(f"  {each.get('path')}: {each.get('message')} ({each.get('rule')})"))
        lines += [visible(f"    {each['remedy']}")] if each.get("remedy") else []
    return lines
