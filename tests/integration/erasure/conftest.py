"""With whom is a learner erased?"""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.integration.erasure.eraser import Eraser


@pytest.fixture
def eraser(app: Flask) -> Iterator[Eraser]:
    """Somebody who erases learners, beside an XQueue and a tracking file that are none."""
    settings = app.extensions["settings"]
    yield Eraser(app)
    app.extensions["settings"] = settings
