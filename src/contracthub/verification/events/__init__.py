"""The suite ``events``: what a provider really sends to topics, and what it makes of what it finds there."""
