"""Makes the hub's settings of what was typed and set; refuses combinations that can't be meant."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from contracthub.domain.access import Access, Credential, Role, account
from contracthub.domain.document_checks import CheckBounds
from contracthub.domain.errors import HubError
from contracthub.domain.webhook_rules import WebhookRules

if TYPE_CHECKING:
    from contracthub.services.hub import Rules
    from contracthub.web.settings import Settings


def settings_from(given: Mapping[str, Any]) -> "Settings":
    """The settings that the values of the options describe. Raises ``click.UsageError``."""
    from contracthub.web.settings import Settings

    redirect = given["badge_provider_mode"] == "redirect"
    return Settings(
        public_urls=given["public_url"],
        trust_forwarded=given["trust_forwarded"],
        rules=_rules(given),
        access=_access(given),
        shields_url=given["shields_io_base_url"][0] if redirect else None,
    )


def _rules(given: Mapping[str, Any]) -> "Rules":
    from contracthub.services.hub import Rules

    limit = given["use_first_tag_as_branch_time_limit"]
    return Rules(
        main_branch_candidates=given["main_branch_candidates"] if given["auto_detect_main_branch"] else (),
        # A version that is younger than that does not exist.
        use_first_tag_as_branch_seconds=limit if given["use_first_tag_as_branch"] else float("-inf"),
        create_deployed_versions_for_tags=given["create_deployed_versions_for_tags"],
        check_for_similar_names=given["check_for_potential_duplicate_pacticipant_names"],
        allow_changed_contracts=given["allow_dangerous_contract_modification"],
        other_branch_lookback_days=given["verified_by_other_branch_lookback_days"],
        webhooks=WebhookRules(
            schemes=given["webhook_scheme_whitelist"],
            methods=given["webhook_http_method_whitelist"],
            hosts=given["webhook_host_whitelist"],
            first_delay_seconds=given["webhook_first_delay"],
            retry_seconds=given["webhook_retry_schedule"],
            success_statuses=given["webhook_http_code_success"],
            ca_certificates=given["webhook_certificates"],
            verify_tls=not given["disable_webhook_ssl_verification"],
        ),
        checks=CheckBounds(given["check_seconds"], given["check_memory"]),
    )


def _access(given: Mapping[str, Any]) -> Access:
    accounts = [
        *_account(given, "basic_auth", Role.WRITE),
        *_account(given, "basic_auth_read_only", Role.READ),
    ]
    access = Access(
        tuple(accounts),
        given["tokens"],
        public_read=given["allow_public_read"],
        public_heartbeat=given["public_heartbeat"],
        public_badges=given["enable_public_badge_access"],
    )
    writers = [each for each in (*access.accounts, *access.tokens) if each.role is Role.WRITE]
    if not access.is_open and not writers:
        text = "Nobody could write: add CONTRACTHUB_BASIC_AUTH_USERNAME and _PASSWORD, or a token that may write."
        raise click.UsageError(text)
    return access


def _account(given: Mapping[str, Any], name: str, role: Role) -> list[Credential]:
    username, password = given[f"{name}_username"], given[f"{name}_password"]
    if not (username or password):
        return []
    if not (username and password):
        there, missing = ("USERNAME", "PASSWORD") if username else ("PASSWORD", "USERNAME")
        variable = f"CONTRACTHUB_{name.upper()}"
        raise click.UsageError(f"{variable}_{there} is set, but {variable}_{missing} is not.")
    try:
        return [account(username, password, role)]
    except HubError as error:
        raise click.UsageError(f"CONTRACTHUB_{name.upper()}_USERNAME: {error.message}") from error
