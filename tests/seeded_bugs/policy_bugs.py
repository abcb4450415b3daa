"""The faults against rules that can be seeded into the bookshop's office, and the rule that finds each of them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyBug:
    """One way to break a rule. It is found by a failed check of this rule for this operation."""

    name: str
    rule: str
    operation: str
    sentence: str


_NOWHERE = "GET /contracthub/there-is-nothing-here"
POLICY_BUGS = (
    PolicyBug("members-are-open", "authentication.required", "GET /members", "It lets anybody in."),
    PolicyBug("any-token-will-do", "authentication.garbage", "GET /loans", "It takes whatever stands after Bearer."),
    PolicyBug("unsigned-tokens", "authentication.unsigned", "GET /members", "Tokens with alg none are taken."),
    PolicyBug("unverified-tokens", "authentication.tampered", "GET /members", "Signatures of tokens are not verified."),
    PolicyBug("eternal-tokens", "authentication.expired", "GET /members", "Tokens never expire."),
    PolicyBug("silent-401", "authentication.challenge", "GET /members", "A 401 has no WWW-Authenticate."),
    PolicyBug("guarded-announcements", "authentication.public", "GET /announcements", "What is public asks."),
    PolicyBug("clerks-delete-loans", "roles.refused", "DELETE /loans/{loan_id}", "A clerk may delete loans."),
    PolicyBug("managers-locked-out", "roles.allowed", "GET /audit", "A manager may not see the audit."),
    PolicyBug("foreign-member-read", "tenants.read", "GET /members/{member_id}", "Members of other shops can be read."),
    PolicyBug("foreign-members-listed", "tenants.list", "GET /members", "Members of all shops are listed."),
    PolicyBug("foreign-member-changed", "tenants.update", "PUT /members/{member_id}", "Other shops' members change."),
    PolicyBug("foreign-member-suspended", "tenants.update", "POST /members/{member_id}/suspend", "It asks not whose."),
    PolicyBug("foreign-member-deleted", "tenants.delete", "DELETE /members/{member_id}", "It says 404, and deletes."),
    PolicyBug("foreign-loan-told", "tenants.same-answer", "GET /loans/{loan_id}", "403 tells that there is one."),
    PolicyBug("cursor-repeats", "pagination.no-duplicates", "GET /members", "A page begins with the last item before."),
    PolicyBug("offset-skips", "pagination.no-holes", "GET /loans", "The first item of each later page is left out."),
    PolicyBug("restless-loans", "pagination.stable-order", "GET /loans", "Every second walk is in another order."),
    PolicyBug("endless-shelves", "pagination.ends", "GET /shelves", "The last page leads to the first."),
    PolicyBug("early-end", "pagination.last-page", "GET /announcements", "The second page is said to be the last."),
    PolicyBug("wrong-total", "pagination.totals", "GET /loans", "The total counts one too many."),
    PolicyBug("boundless-pages", "pagination.bounds", "GET /members", "A page may be of any size."),
    PolicyBug("forgiving-cursor", "pagination.bad-cursor", "GET /members", "An unknown cursor begins from the start."),
    PolicyBug("crash-on-broken-body", "errors.no-server-error", "POST /members", "A body that is no JSON crashes."),
    PolicyBug("trace-in-refusal", "errors.no-leak", "POST /loans", "An invalid loan shows a stack trace."),
    PolicyBug("page-for-404", "errors.content-type", _NOWHERE, "What is not there is answered with a page of HTML."),
    PolicyBug("status-of-another", "errors.status", "GET /loans/{loan_id}", "The member status is 400 in a 404."),
    PolicyBug("empty-is-found", "errors.unknown-id", "GET /members/{member_id}", "What is not there is 200 and null."),
    PolicyBug("anything-is-a-loan", "errors.invalid-body", "POST /loans", "An empty object is a loan."),
    PolicyBug("guessing-browsers", "headers.nosniff", "GET /members", "nosniff is missing."),
    PolicyBug("any-origin", "headers.cors", "GET /members", "Any origin is allowed, with credentials."),
    PolicyBug("shared-cache", "headers.cache-control", "GET /members", "What is for one shop may be cached for all."),
    PolicyBug("old-software", "headers.no-version", "GET /members", "X-Powered-By tells the version."),
    PolicyBug("trace-is-on", "headers.trace", "TRACE /", "TRACE sends back the request."),
    PolicyBug("silent-deprecation", "deprecation.header", "GET /fines", "What is deprecated does not say so."),
    PolicyBug("lost-field", "deprecation.field-kept", "GET /fines", "A deprecated field is gone before its sunset."),
    PolicyBug("limit-without-hint", "rate-limits.retry-after", "GET /search", "A 429 has no Retry-After."),
)
POLICY_BUG_NAMES = tuple(bug.name for bug in POLICY_BUGS)


def policy_bugs_in(failed: Iterable[tuple[str, str]]) -> set[str]:
    """The names of the faults that failed checks show: each is a rule and an operation."""
    seen = set(failed)
    return {bug.name for bug in POLICY_BUGS if (bug.rule, bug.operation) in seen}
