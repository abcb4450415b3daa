"""`python -m providers.detector_service`."""

from providers.detector_service.app import create_app
from providers.detector_service.breaks import BREAKS
from providers.serving import Provider, run

run(Provider("detector_service", BREAKS, create_app))
