"""The suite ``slo``: promises of speed, errors and throughput, measured under load and judged by statistics."""
