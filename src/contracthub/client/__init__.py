"""Typed HTTP client of the hub, on the standard library alone: gate commands start it on every build."""
