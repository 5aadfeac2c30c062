"""What does every form ask for that proposes a change, and how does it say what is wrong?

The forms judge nothing themselves: what was typed goes to the service as it is, so that there is one set of rules and
every refusal is recorded. Only what cannot be given to it at all is refused here.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from webapp.domain.approval.policy import REASON_LENGTH
from webapp.domain.approval.states import Action
from webapp.domain.configs.kinds import Kind, Payload
from webapp.domain.identifiers import made_storable, row_number
from webapp.errors import BadImage, WebappError
from webapp.errors.governance import BadMoment, CautionsUnread, InvalidPayload, ReasonMissing
from webapp.services.governance.terms import Wish
from webapp.web.admin.filters import NotUnderstood
from webapp.web.admin.governed.forms.moments import read_moment
from webapp.web.language import tell
from webapp.wording import phrase, words_of

_ENTRY = re.compile(r"^(?P<name>[^.\[]+)\[(?P<number>\d+)\]")
_OF_THE_WHOLE = ("", "key", "action")


class TicksField(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """Any of several, each with a tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProposeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What a change is called, why it is wanted, when it shall go live, whose decision is asked for, and the value."""

    kind: ClassVar[Kind]
    value_fields: ClassVar[tuple[str, ...]]
    """The fields of the value, in the order in which they stand on the page."""
    key_label: ClassVar[str] = phrase("Key")
    key_help: ClassVar[str] = ""

    key = StringField(phrase("Key"), filters=[lambda text: (text or "").strip()])
    base_version = HiddenField()
    title = StringField(phrase("Title"), description=phrase("A few words for the list of changes. May stay empty."))
    reason = TextAreaField(
        phrase("Why"),
        description=phrase("At least {number} characters. It stays in the history for good.", number=REASON_LENGTH),
    )
    apply_at = StringField(
        phrase("Go live at (UTC)"),
        widget=DateTimeLocalInput(),
        description=phrase("Times are in UTC. Left empty, it goes live as soon as it is approved."),
    )
    ask = SelectField(phrase("Ask for the decision of"), validate_choice=False, default="")
    confirmed = TicksField(phrase("Read and meant so"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as WTForms has them
        """Make the form; of the key there is a field only where it is not settled yet."""
        self.key_is_settled = False
        self.problems: list[str] = []
        self.cautions: list[tuple[str, str]] = []
        super().__init__(*args, **kwargs)
        self.key.label.text, self.key.description = self.key_label, self.key_help

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give what the fields show of a payload; of none, what a first proposal begins with."""
        raise LookupError(f"{cls.__name__} does not say how it shows a value")

    def payload(self) -> object:
        """Give the value as JSON of any shape; raises InvalidPayload for what is none."""
        raise LookupError(f"{type(self).__name__} does not say what it asks for")

    def wish(self, key: str, batch: str = "") -> Wish:
        """Give what is asked for; raises InvalidPayload, BadMoment."""
        return Wish(
            kind=self.kind,
            key=key,
            payload=self.payload(),
            action=Action.SET,
            reason=made_storable(self.reason.data or ""),
            title=made_storable(self.title.data or ""),
            base_version=self.wanted_base,
            apply_at=self.wanted_moment,
            ask=self.ask.data or "",
            confirmed=tuple(self.confirmed.data or ()),
            batch=batch,
        )

    @property
    def wanted_base(self) -> int | None:
        """The live version that the form was opened on; raises InvalidPayload for what is no number."""
        text = self.base_version.data or ""
        if not text:
            return None
        number = row_number(text)
        if number is None:
            raise InvalidPayload([("base_version", phrase("Must be the number of a version."))])
        return number

    @property
    def wanted_moment(self) -> Any:  # noqa: ANN401 - a datetime or None
        """When it shall go live; raises BadMoment."""
        try:
            return read_moment(self.apply_at.data or "")
        except NotUnderstood as problem:
            raise BadMoment(phrase("{said}.", said=words_of(problem))) from None

    def say(self, problem: WebappError) -> None:
        """Show why the change was refused, each reason at its field as far as there is one."""
        match problem:
            case InvalidPayload():
                for path, reason in problem.problems:
                    self.blame(path, reason)
            case CautionsUnread():
                self.cautions = list(problem.cautions)
            case ReasonMissing():
                self._mark(self.reason, words_of(problem))
            case BadMoment():
                self._mark(self.apply_at, words_of(problem))
            case BadImage():
                self.blame("icon", words_of(problem))
            case _:
                self.problems.append(words_of(problem))

    def blame(self, path: str, reason: str) -> None:
        """Show what is wrong with a part of the value, at its field or above all of them."""
        field = self.field_of(path)
        if field is not None:
            entry = _ENTRY.match(path)
            self._mark(
                field,
                phrase("Entry {number}: {reason}", number=int(entry["number"]) + 1, reason=reason) if entry else reason,
            )
        else:
            self.problems.append(
                reason if path in _OF_THE_WHOLE else phrase("{field}: {reason}", field=path, reason=reason)
            )

    def field_of(self, path: str) -> Field | None:
        """Give the field that a part of the value was typed into."""
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        found: Field | None = self._fields.get(name)
        nobody_sees_it = isinstance(found, HiddenField) or (name == "key" and self.key_is_settled)
        return None if nobody_sees_it else found

    def say_aloud(self, text: str | Markup) -> None:
        """Show something above all fields."""
        self.problems.append(text)

    @property
    def has_errors(self) -> bool:
        """True where anything was said to be wrong."""
        return bool(self.problems or self.cautions or self.marks_fields)

    @property
    def marks_fields(self) -> bool:
        """True where something is wrong with what one of the fields holds."""
        return any(field.errors for field in self)

    def offer_deciders(self, names: list[str]) -> None:
        """Let one of those be asked who may decide."""
        anybody = SelectChoice("", tell(phrase("Anybody who may decide")))
        chosen = self.ask.data or ""
        others = [chosen] if chosen and chosen not in names else []
        self.ask.choices = [anybody, *(SelectChoice(name, name) for name in (*names, *others))]

    @staticmethod
    def _mark(field: Field, reason: str) -> None:
        field.errors = [*field.errors, reason]
