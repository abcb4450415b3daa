"""The pages: the same services, rendered for people."""
