"""Certdesk: one service that owns learner certificates."""

from webapp.app import create_app

__all__ = ["create_app"]
