"""How is a value written into CSV so that no spreadsheet takes it for a formula?"""

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Give the value with an apostrophe before a text that a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_FORMULA) else value
