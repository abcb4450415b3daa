"""A consumer's conversation contract held against the channels of a provider's AsyncAPI documents."""
