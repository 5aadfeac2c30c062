"""How do the values of a certificate's page become a sheet of paper, and a card for those who share it?"""

from collections.abc import Mapping
from typing import Any

from webapp.adapters.certificate_print.sheets import PAPERS, Sheet, card_of, pdf_of
from webapp.adapters.certificate_print.typesetter import typeset

__all__ = ["PAPERS", "Sheet", "card_of", "pdf_of", "render_card", "render_pdf", "typeset"]


def render_pdf(values: Mapping[str, Any], paper: str = "a4") -> bytes:
    """Give a certificate as a PDF of one page, `paper` being a key of PAPERS; raises PageBroken."""
    return typeset(pdf_of(values, paper))


def render_card(values: Mapping[str, Any]) -> bytes:
    """Give the picture of 1200 x 630 pixels that stands for a certificate where it is shared; raises PageBroken."""
    return typeset(card_of(values))
