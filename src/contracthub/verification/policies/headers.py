"""The pack ``headers``."""
