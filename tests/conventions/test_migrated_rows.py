"""What becomes of rows when the schema is migrated under them?"""

from dataclasses import dataclass

import flask_migrate
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.certificates import make_example
from tests.factories.messages import make_delivery
from webapp.domain.certificates.pdf_templates import TEMPLATE_LENGTH
from webapp.models.base import db
from webapp.models.examples import ExampleCertificate
from webapp.models.messages import CallbackInbox


@dataclass(frozen=True)
class Kept:
    """An example and the delivery that was about it."""

    template: str
    delivery_is_of: int | None


def migrate_to(revision: str) -> None:
    if revision == "head":
        flask_migrate.upgrade()
    else:
        flask_migrate.downgrade(revision=revision)
    db.session.remove()


def keep_example(template: str) -> int:
    with Session(db.engine) as session:
        example = make_example(session, template=template)
        session.flush()
        make_delivery(session, example_id=example.id)
        session.commit()
        return example.id


def what_is_kept(example_id: int) -> Kept:
    with Session(db.engine) as session:
        example = session.get_one(ExampleCertificate, example_id)
        return Kept(example.template, session.query(CallbackInbox).one().example_id)


class TestGivenAnExampleOfTheLongestCourseKey:
    def test_it_is_kept_whole_with_its_delivery(self, fresh_app: Flask) -> None:
        migrate_to("head")
        example_id = keep_example("t" * TEMPLATE_LENGTH)

        migrate_to("head")

        assert what_is_kept(example_id) == Kept("t" * TEMPLATE_LENGTH, example_id)

    def test_going_back_cuts_its_template_and_forward_again_loses_nothing_more(self, fresh_app: Flask) -> None:
        migrate_to("head")
        example_id = keep_example("t" * TEMPLATE_LENGTH)

        migrate_to("0003")
        migrate_to("head")

        assert what_is_kept(example_id) == Kept("t" * 255, example_id)
