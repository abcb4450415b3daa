"""detector_service: datasets and the detectors trained on them, for two tenants."""
