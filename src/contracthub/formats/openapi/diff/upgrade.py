"""Reads an OpenAPI 2.0 description as 3.0."""
