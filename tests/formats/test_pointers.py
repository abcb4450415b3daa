import doctest
from types import ModuleType

import pytest

from contracthub.formats import pointers
from contracthub.formats.pact import bodies, expressions, sentences


@pytest.mark.parametrize("module", [pointers, bodies, expressions, sentences])
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
