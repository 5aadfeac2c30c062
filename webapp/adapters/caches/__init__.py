"""Where is an answer kept until it is asked for again? In this process, or in Redis for all of them."""

KEPT_S = 600
"""Nobody asks for an old head's answers again; they go when this is over, or when room is needed."""
