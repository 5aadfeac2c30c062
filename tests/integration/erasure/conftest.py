"""With whom is a learner erased?"""

import pytest
from flask import Flask

from tests.integration.erasure.eraser import Eraser


@pytest.fixture
def eraser(app: Flask) -> Eraser:
    """Somebody who erases learners, beside an XQueue and a tracking file that are none."""
    return Eraser(app)
