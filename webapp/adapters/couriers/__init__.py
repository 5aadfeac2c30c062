"""Who sees to it that what waits leaves soon: a worker that hears of it through the broker, or a thread of ours."""
