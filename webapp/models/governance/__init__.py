"""The ledger of configuration, and what leads into it. Nothing of it is ever changed in place."""
