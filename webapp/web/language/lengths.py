"""How long may a text of a form be, said so that every reader understands it?"""

from wtforms import Field, Form, ValidationError
from wtforms.validators import Length


class AtMost(Length):  # type: ignore[misc]  # WTForms has no types
    """A text is not too long; `message` is said as it is, where WTForms puts numbers into it and makes plain English of it."""

    def __init__(self, longest: int, message: str) -> None:
        """Keep what is asked, and what is said."""
        super().__init__(max=longest, message=message)

    def __call__(self, form: Form, field: Field) -> None:
        """Raise ValidationError for a text that is too long."""
        try:
            super().__call__(form, field)
        except ValidationError as problem:
            raise ValidationError(self.message) from problem
