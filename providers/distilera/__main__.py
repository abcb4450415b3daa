"""`python -m providers.distilera`."""

from providers.distilera.app import PROVIDER
from providers.serving import run

run(PROVIDER)
