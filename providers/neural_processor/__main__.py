"""`python -m providers.neural_processor`."""

from providers.neural_processor.app import PROVIDER
from providers.serving import run

run(PROVIDER)
