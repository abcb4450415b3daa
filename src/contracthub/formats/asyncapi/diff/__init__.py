"""Compares two AsyncAPI documents: channels by address, operations by what they do there, messages by name."""
