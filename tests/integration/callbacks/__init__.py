"""What does an answer of the queue do, whatever it says, however it comes, and whatever fails meanwhile?"""
