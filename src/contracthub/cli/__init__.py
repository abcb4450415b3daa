"""The command line: one module per command, thin. Names and one-line helps of all commands stand in `main`."""
