"""Solves a provider state that nobody sets up: by the provider's own operations, as its OpenAPI or GraphQL has them."""
