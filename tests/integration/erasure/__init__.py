"""Is a learner forgotten who asks for it, everywhere, and does nothing bring back who they were?"""
