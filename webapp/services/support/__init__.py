"""What does support leave behind of a case: notes for each other, and a file for a ticket?"""
