"""`python -m providers.detector_service`."""

from providers.detector_service.app import PROVIDER
from providers.serving import run

run(PROVIDER)
