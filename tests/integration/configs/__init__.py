"""What does a configuration do before it is live: how does it look, and whom does it touch?"""
