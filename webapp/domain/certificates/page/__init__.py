"""What does the page of a certificate offer beside the texts that it shows?"""
