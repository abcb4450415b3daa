"""A consumer's pact held against what a provider's OpenAPI or AsyncAPI document promises (bidirectional §1).

Two judges share the work. `Judge.OURS` asks what the specifications say; `Judge.PEER` answers as
openapi-pact-comparator does, code for code, so that teams can move without surprises.
"""
