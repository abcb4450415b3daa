"""GraphQL schemas, as SDL or as the answer to an introspection query: reading them, identity, and what they offer."""
