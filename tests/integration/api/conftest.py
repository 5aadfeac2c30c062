"""Who asks the API."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_staff
from tests.factories.programs import Program, program_of


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor, two approvers, an admin and a viewer."""
    return make_staff(session)


@pytest.fixture
def editor(app: Flask, session: Session, staff: Staff) -> Program:
    """A program that acts for an editor."""
    return program_of(app, session, staff.editor)
