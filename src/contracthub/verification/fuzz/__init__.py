"""Fuzzing of a running provider: what its document allows, and what its consumers really send."""
