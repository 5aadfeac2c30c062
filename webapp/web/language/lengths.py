"""How long may a text of a form be, said so that every reader understands it?"""

from wtforms import Field, Form, ValidationError
from wtforms.validators import Length


class SaidLength(Length):  # type: ignore[misc]  # WTForms has no types
    """`Length` whose message is said as it is: WTForms would put numbers into it, and make plain English of it."""

    def __call__(self, form: Form, field: Field) -> None:
        """Raise ValidationError for a text that is too short or too long."""
        try:
            super().__call__(form, field)
        except ValidationError as problem:
            raise ValidationError(self.message) from problem
