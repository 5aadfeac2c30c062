"""How long may a text of a form be, said so that every reader understands it?"""

from wtforms import Field, Form, ValidationError
from wtforms.validators import Length

from webapp.wording import phrase


class SaidLength(Length):  # type: ignore[misc]  # WTForms has no types
    """`Length` whose message is said as it is: WTForms would put numbers into it, and make plain English of it."""

    def __init__(self, min: int = -1, max: int = -1, message: str | None = None) -> None:
        """Hold a text to so many characters; without a message say that there are more than `max`."""
        super().__init__(min, max, message or phrase("Is longer than {number} characters.", number=f"{max:,}"))

    def __call__(self, form: Form, field: Field) -> None:
        """Raise ValidationError for a text that is too short or too long."""
        try:
            super().__call__(form, field)
        except ValidationError as problem:
            raise ValidationError(self.message) from problem
