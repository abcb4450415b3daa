"""Compares GraphQL schemas: definition by definition, and only those that are not written alike."""
