"""Messages of a pact, held against everything that a provider's documents say of events."""
