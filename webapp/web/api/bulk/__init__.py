"""What programs do to many learners at once: runs over whole course runs, and the platform's facts."""
