"""Who imports records?"""

import pytest
from flask import Flask

from tests.factories.records import Desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Somebody at the machine."""
    return Desk(app)
