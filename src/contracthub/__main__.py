"""Lets `python -m contracthub` do what the `contracthub` command does."""

from contracthub.cli.main import main

if __name__ == "__main__":
    main()
