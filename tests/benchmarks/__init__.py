"""How fast is it, beside the peer, in one run? Measured, never timed as a pass or fail of the test run."""
