"""anomaly_console: the screens on which datasets are picked and detectors are run."""
