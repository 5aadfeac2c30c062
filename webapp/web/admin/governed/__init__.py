"""How do staff look at governed configuration, and ask for another value? Nothing here writes but change requests."""
