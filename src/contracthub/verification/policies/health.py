"""The pack ``health``."""
