"""`python -m providers.mercatrix`."""

from providers.mercatrix.app import PROVIDER
from providers.serving import run

run(PROVIDER)
