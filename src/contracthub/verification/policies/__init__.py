"""Rule packs that a provider is held against while it runs, from its OpenAPI document: the suite ``policies``."""
