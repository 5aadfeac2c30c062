"""The page on which an admin forgets a learner who asks for it."""
