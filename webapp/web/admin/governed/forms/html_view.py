"""How is the configuration of the certificate pages written: field by field, or as JSON?

One of the two counts, and a hidden field says which: what is seen is what is sent. The buttons between them carry
over what was typed. The fields show the texts that staff change; whatever else a configuration says is kept as it is.
"""

import json
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, Form, FormField, HiddenField, SelectField, StringField, TextAreaField

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page.settings import LINKEDIN_ID
from webapp.domain.configs import html_view
from webapp.domain.configs.kinds import Kind, Payload
from webapp.domain.configs.proposals import BadPayload
from webapp.errors.governance import InvalidPayload
from webapp.web.admin.governed.forms.base import ProposeForm
from webapp.web.language import tell
from webapp.wording import phrase

FIELDS, JSON = "fields", "json"
LAYERS = ("default", *(mode.value for mode in Mode))
LINK = "url"
_HELP = {
    LINKEDIN_ID: phrase(
        "Digits, as the address of its page at LinkedIn has them for its admins. With it, its logo stands beside the "
        "certificate in the learner’s profile."
    ),
    "logo_src": phrase("An address that begins with https://, or a path of this site."),
    "url": phrase("Where the logo leads."),
    "organization_logo": phrase("An address that begins with https://, or a path of this site."),
}
_LABELS = {
    "platform_name": phrase("Name of the platform"),
    "logo_src": phrase("Logo"),
    "logo_alt": phrase("Text of the logo"),
    LINK: phrase("Link of the logo"),
    "organization_logo": phrase("Logo of the organization"),
    "organization_long_name": phrase("Long name of the organization"),
    "certificate_type": phrase("Name of the certificate"),
    "certificate_type_description": phrase("Description of the certificate"),
    "accomplishment_banner_opening": phrase("Opening line"),
    "accomplishment_copy_description_full": phrase("Line before the course"),
    "accomplishment_copy_course_description": phrase("Line after the course"),
    "company_about_url": phrase("Link “About us”"),
    "company_tos_url": phrase("Link “Terms of service”"),
    "company_privacy_url": phrase("Link “Privacy”"),
    "copyright": phrase("Copyright line"),
    "document_title": phrase("Title of the window"),
    LINKEDIN_ID: phrase("Number of the organization at LinkedIn"),
}
SHOWN = tuple(_LABELS)
"""The texts that have a field, in the order in which they stand on the form."""
SWITCHED = {
    "share_linkedin": (
        phrase("Links to LinkedIn"),
        phrase("Two of them: one adds the certificate to the learner’s profile there, one shares it."),
    ),
    "share_x": (phrase("Link to X"), ""),
    "share_facebook": (phrase("Link to Facebook"), ""),
    "share_embed": (phrase("Code to embed"), phrase("With it learners show the certificate in a page of their own.")),
}
"""The ways to share that have a field, with its label and its help."""
ON, OFF = "on", "off"
_SWITCHED_TO = {ON: True, OFF: False}
_LINK_KEYS = (LINK, "logo_url")  # two names of one thing; a layer that has both goes by the second (decision 28)


class LayerForm(Form):  # type: ignore[misc]  # WTForms has no types
    """The texts of all certificates, or of one mode's; an empty field leaves the text to the layer before."""

    link_key = HiddenField(default=LINK)


for _name in SHOWN:
    setattr(LayerForm, _name, StringField(_LABELS[_name], description=_HELP.get(_name, "")))
for _name, (_label, _help) in SWITCHED.items():
    setattr(LayerForm, _name, SelectField(_label, description=_help, validate_choice=False, default=""))


class HtmlViewForm(ProposeForm):
    """What certificate pages say and show."""

    kind = Kind.HTML_VIEW
    value_fields = ("enabled",)

    enabled = BooleanField(
        phrase("Switched on"), description=phrase("Switched off, certificates show the built-in texts alone.")
    )
    written_as = HiddenField(default=FIELDS)
    kept = HiddenField(default="{}")
    configuration = TextAreaField(phrase("Configuration as JSON"))

    @classmethod
    def values_of(cls, payload: Payload | None) -> Mapping[str, Any]:
        """Give each text to its field and what is left over to `kept`; the JSON holds all of it."""
        whole = payload["configuration"] if payload else {"default": {}}
        kept, layers = _apart(whole)
        return {
            "enabled": bool(payload and payload["enabled"]),
            "kept": json.dumps(kept, ensure_ascii=False),
            "configuration": _indented(whole),
            **layers,
        }

    @property
    def as_json(self) -> bool:
        """True where the JSON counts."""
        return bool(self.written_as.data == JSON)

    def payload(self) -> object:
        """Give what the fields say, or the text of the JSON, which the kind's rules read; raises InvalidPayload."""
        written = (self.configuration.data or "") if self.as_json else self._together()
        return {"enabled": self.enabled.data, "configuration": written}

    def turned(self, to: str) -> "HtmlViewForm":
        """Give the form as the other way of writing has it; raises InvalidPayload for what fields cannot show."""
        payload = {"enabled": True, "configuration": self.payload()["configuration"]}  # type: ignore[index]  # made above
        if to == FIELDS:
            try:
                payload = html_view.parse(payload)
            except BadPayload as bad:
                raise InvalidPayload([(one.field, one.reason) for one in bad.problems]) from None
        same = {name: self[name].data for name in ("key", "base_version", "title", "reason", "apply_at", "ask")}
        values = {**self.values_of(payload), "enabled": self.enabled.data, "written_as": to}
        return HtmlViewForm(formdata=None, data={**same, **values})

    def layers(self) -> list[tuple[str, Form, bool]]:
        """Give each layer's name and fields, and whether any is filled or wrong."""
        found = []
        for name in LAYERS:
            form = self[_attribute(name)].form
            found.append((name, form, any(form[one].data or form[one].errors for one in (*SHOWN, *SWITCHED))))
            unsaid = phrase("Not said: not offered") if name == "default" else phrase("As all certificates have it")
            for one in SWITCHED:
                form[one].choices = [
                    ("", tell(unsaid)),
                    (ON, tell(phrase("Offered"))),
                    (OFF, tell(phrase("Not offered"))),
                ]
        return found

    def said(self) -> str:
        """Give what the fields say as JSON, to be shown beside them."""
        try:
            return _indented(self._together())
        except InvalidPayload:
            return ""

    def broken_line(self) -> tuple[int, str] | None:
        """Give the number and the text of the line that is no JSON."""
        text = self.configuration.data or ""
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            return error.lineno, (text.splitlines() or [""])[min(error.lineno, len(text.splitlines()) or 1) - 1][:200]
        except (ValueError, RecursionError):
            return None
        return None

    def field_of(self, path: str) -> Any:  # noqa: ANN401 - a field or None
        """Find the field of a text of a layer; in JSON there is one field for all."""
        top, *inner = path.split(".")
        if top != "configuration":
            return super().field_of(path)
        if self.as_json:
            return self.configuration
        if len(inner) == 2 and inner[0] in LAYERS:
            name = LINK if inner[1] in _LINK_KEYS else inner[1]
            return self[_attribute(inner[0])].form[name] if name in (*SHOWN, *SWITCHED) else None
        return None

    def blame(self, path: str, reason: str) -> None:
        """Name the part that is wrong where one field holds them all."""
        inner = path.removeprefix("configuration").lstrip(".")
        named = self.as_json and inner
        super().blame(path, phrase("{field}: {reason}", field=inner, reason=reason) if named else reason)

    def _together(self) -> object:
        try:
            whole = json.loads(self.kept.data or "{}")
        except (ValueError, RecursionError):
            raise InvalidPayload(
                [("kept", phrase("The rest of the configuration was lost on the way; open the form anew."))]
            ) from None
        if not isinstance(whole, dict):
            return whole
        for name in LAYERS:
            form, layer = self[_attribute(name)].form, whole.get(name, {})
            texts: dict[str, object] = {
                _key(form, text): form[text].data for text in SHOWN if (form[text].data or "").strip()
            }
            texts |= {one: _SWITCHED_TO[form[one].data] for one in SWITCHED if form[one].data in _SWITCHED_TO}
            if isinstance(layer, dict) and (texts or name in whole or name == "default"):
                whole[name] = {**layer, **texts}
        return whole


for _mode in LAYERS:
    setattr(HtmlViewForm, f"layer_{_mode.replace('-', '_')}", FormField(LayerForm, _mode))


def _attribute(layer: str) -> str:
    return f"layer_{layer.replace('-', '_')}"


def _key(form: Form, text: str) -> str:
    chosen = form["link_key"].data
    return chosen if text == LINK and chosen in _LINK_KEYS else text


def _apart(whole: object) -> tuple[object, dict[str, Any]]:
    """Take out of a configuration what has a field."""
    if not isinstance(whole, dict):
        return whole, {}
    kept, layers = dict(whole), {}
    for name in LAYERS:
        layer = kept.get(name)
        if not isinstance(layer, dict):
            continue
        link = "logo_url" if "logo_url" in layer else LINK
        shown = {name_of: link if name_of == LINK else name_of for name_of in SHOWN}
        texts = {field: layer[key] for field, key in shown.items() if _fits_a_field(layer.get(key))}
        switched = {one: ON if layer[one] else OFF for one in SWITCHED if isinstance(layer.get(one), bool)}
        taken = {shown[field] for field in texts} | switched.keys()
        kept[name] = {key: value for key, value in layer.items() if key not in taken}
        layers[_attribute(name)] = {**texts, **switched, "link_key": link}
    return kept, layers


def _fits_a_field(value: object) -> bool:
    """A field has one line, and an empty one says nothing."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _indented(whole: object) -> str:
    return json.dumps(whole, indent=2, ensure_ascii=False)
