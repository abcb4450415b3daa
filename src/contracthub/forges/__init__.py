"""GitHub and GitLab: one comment per document on a pull request that stays where it is, and a status on its commit."""
