"""`python -m providers.neural_processor`."""

from providers.neural_processor.app import create_app
from providers.neural_processor.breaks import BREAKS
from providers.serving import Provider, run

run(Provider("neural_processor", BREAKS, create_app))
