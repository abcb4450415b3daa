"""The suite for GraphQL: consumers' operations held against the schema, and replayed."""
