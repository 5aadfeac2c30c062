"""What is looked after by the clock, though nobody asked for it: jobs that the queue forgot, and the audit."""
