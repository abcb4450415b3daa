"""Holds the changes of a provider's document against what consumer contracts need."""
