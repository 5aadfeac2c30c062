"""How is a learner forgotten who asks for it: what goes, what stays, and how does nothing of it come back (record 37)?"""
