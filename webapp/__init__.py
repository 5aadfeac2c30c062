"""Certdesk: one service that owns learner certificates."""

import gc

# What is loaded stays: to look through it for garbage again and again takes a fifth of the time that a start takes.
_collecting = gc.isenabled()
gc.disable()
try:
    from webapp.app import create_app
finally:
    if _collecting:
        gc.enable()

__all__ = ["create_app"]
