"""How do the values of a certificate's page become a page?"""

from webapp.adapters.certificate_page.rendering import render, render_certificate, render_published

__all__ = ["render", "render_certificate", "render_published"]
