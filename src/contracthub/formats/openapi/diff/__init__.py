"""Compares two OpenAPI documents."""
