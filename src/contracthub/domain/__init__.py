"""The nouns of contract testing as frozen values, and the decisions over them as pure functions."""
