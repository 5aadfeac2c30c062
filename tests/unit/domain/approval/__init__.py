"""Are the rules of the approval workflow what the approvals note says?"""
