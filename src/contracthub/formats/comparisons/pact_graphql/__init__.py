"""Pacts whose HTTP interactions carry GraphQL, and documents of operations, held against a provider's schema (SDL).

No public tool does this; the rules follow from the GraphQL specification and from GraphQL over HTTP
(bidirectional §15). ``comparing`` is the way in.
"""
