"""Which fields does the value of each kind have, but for the HTML view's, which are many?"""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from webapp.domain.certificates.modes import Mode
from webapp.domain.configs.badges import MIME, SIZE_LIMIT
from webapp.domain.configs.kinds import Kind, Payload
from webapp.domain.roles import LABELS, Role
from webapp.errors import BadImage
from webapp.services.configs.images import ReadImage, read_badge_image
from webapp.web.admin.governed.forms.base import ProposeForm, TicksField
from webapp.wording import phrase

_USE_UPDATED = {"record": None, "on": True, "off": False}
NO_MODE = ""


class CrawlersForm(ProposeForm):
    """Whose visits leave no learner state."""

    kind = Kind.CRAWLERS
    value_fields = ("enabled", "known_user_agents")

    enabled = BooleanField(phrase("Switched on"), description=phrase("Switched off, nobody counts as a crawler."))
    known_user_agents = TextAreaField(
        phrase("User-Agents"),
        description=phrase(
            "One a line, or separated by commas. A visit counts as a crawler’s when its User-Agent begins "
            "with one of these, letter for letter."
        ),
    )

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give one agent a line."""
        if payload is None:
            return {}
        return {"enabled": payload["enabled"], "known_user_agents": "\n".join(payload["known_user_agents"])}

    def payload(self) -> object:
        """Give the list as the text that was typed: the kind's rules take it apart."""
        return {"enabled": self.enabled.data, "known_user_agents": self.known_user_agents.data or ""}


class GenerationForm(ProposeForm):
    """Whether learners may ask for certificates at all."""

    kind = Kind.GENERATION
    value_fields = ("enabled",)

    enabled = BooleanField(
        phrase("Learners may generate their own certificates"),
        description=phrase("Where a course run allows it, too. Switched off, nobody may anywhere."),
    )

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give the switch."""
        return {"enabled": bool(payload and payload["enabled"])}

    def payload(self) -> object:
        """Give the switch."""
        return {"enabled": self.enabled.data}


class CourseForm(ProposeForm):
    """What one course run does differently."""

    kind = Kind.COURSE
    value_fields = ("self_generation_enabled", "use_updated")
    key_label, key_help = phrase("Course key"), phrase("Such as course-v1:Org+Course+Run.")

    self_generation_enabled = BooleanField(
        phrase("Learners may generate their own certificates"),
        description=phrase(
            "Counts while self-generation is switched on for the whole desk. A course run that issues PDFs "
            "needs example certificates that have all succeeded."
        ),
    )
    use_updated = RadioField(
        phrase("By which rules learners are judged"),
        choices=[
            SelectChoice("record", phrase("As the course record says")),
            SelectChoice("on", phrase("By the regular rules")),
            SelectChoice("off", phrase("By the rules of the queue")),
        ],
        default="record",
        validate_choice=False,
    )

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give the switch, and one of three words."""
        if payload is None:
            return {"self_generation_enabled": False, "use_updated": "record"}
        word = next(word for word, value in _USE_UPDATED.items() if value is payload["use_updated"])
        return {"self_generation_enabled": payload["self_generation_enabled"], "use_updated": word}

    def payload(self) -> object:
        """Give both; an unknown word goes on as it is, to be refused."""
        word = self.use_updated.data
        return {
            "self_generation_enabled": self.self_generation_enabled.data,
            "use_updated": _USE_UPDATED.get(word, word),
        }


class BadgeForm(ProposeForm):
    """The badge image of one mode."""

    kind = Kind.BADGE
    value_fields = ("picture", "also_default")
    key_label, key_help = phrase("Mode"), phrase("Certificates of this mode award a badge with this image.")

    key = SelectField(
        phrase("Mode"), choices=[SelectChoice(mode.value, mode.value) for mode in Mode], validate_choice=False
    )
    picture = FileField(
        phrase("Image"),
        description=phrase(
            "A square PNG file of less than 250 KB. Its metadata, such as names and places, is removed."
        ),
        render_kw={"accept": MIME},
    )
    icon = HiddenField()
    also_default = BooleanField(
        phrase("Use it for all other modes, too"),
        description=phrase(
            "Files the change of the default badge together with this one: modes without an image of their "
            "own will show it."
        ),
    )

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give the image that is there."""
        return {"icon": payload["icon"] if payload else ""}

    def read_picture(self) -> ReadImage | None:
        """Give the picture that was uploaded, None where there was none; raises BadImage."""
        upload = self.picture.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return None
        return read_badge_image(upload.stream.read(SIZE_LIMIT + 1))

    def payload(self) -> object:
        """Give the image that was uploaded, or the one that was there; raises BadImage for neither."""
        if not self.icon.data:
            raise BadImage(phrase("Choose a PNG file."))
        return {"icon": self.icon.data}

    def field_of(self, path: str) -> Any:  # noqa: ANN401 - a field or None
        """Show what is wrong with the image at the field that it is uploaded by."""
        return super().field_of("picture" if path == "icon" else path)


class BadgeDefaultForm(ProposeForm):
    """Whose image serves the modes without one."""

    kind = Kind.BADGE_DEFAULT
    value_fields = ("mode",)

    mode = RadioField(phrase("Image of modes without their own"), validate_choice=False, default=NO_MODE)

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give the mode."""
        return {"mode": (payload["mode"] if payload else None) or NO_MODE}

    def payload(self) -> object:
        """Give the mode, or null for none."""
        return {"mode": self.mode.data or None}

    def offer_modes(self, modes: list[str]) -> None:
        """Let one of the modes be chosen that have an image."""
        none = SelectChoice(NO_MODE, phrase("None: awards in modes without an image of their own wait"))
        self.mode.choices = [none, *(SelectChoice(mode, phrase("The image of {mode}", mode=mode)) for mode in modes)]


class AccessForm(ProposeForm):
    """Which roles an account has."""

    kind = Kind.ACCESS
    value_fields = ("roles",)
    key_label, key_help = phrase("Account"), phrase("The name that somebody signs in with.")

    roles = TicksField(
        phrase("Roles"), choices=[SelectChoice(role.value, LABELS[role]) for role in Role], validate_choice=False
    )

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give the roles."""
        return {"roles": list(payload["roles"]) if payload else []}

    def payload(self) -> object:
        """Give the roles that were ticked."""
        return {"roles": list(self.roles.data or ())}
