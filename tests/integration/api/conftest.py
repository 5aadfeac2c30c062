"""Who asks the API."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, make_staff
from tests.factories.programs import Program, program_of, script_of
from webapp import clock
from webapp.models.governance.changes import ChangeRequest


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor, two approvers, an admin and a viewer."""
    return make_staff(session)


@pytest.fixture
def editor(app: Flask, session: Session, staff: Staff) -> Program:
    """A program that acts for an editor."""
    return program_of(app, session, staff.editor)


@pytest.fixture
def change(session: Session, staff: Staff) -> ChangeRequest:
    """A proposal of the editor's."""
    return make_change(session, staff.editor, now=clock.now())


@pytest.fixture
def someone(app: Flask, staff: Staff) -> Callable[[str], Program]:
    """Sign somebody of the staff in."""
    return lambda name: script_of(app, getattr(staff, name))
