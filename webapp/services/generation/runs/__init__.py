"""Runs over whole course runs: asked for by people, carried forward step by step, with a result for each learner."""

from webapp.services.generation.runs.results import (
    RESULT_HEADS,
    Result,
    Sum,
    list_results,
    results_of,
    summarise,
)
from webapp.services.generation.runs.steps import BREATH_S, CHUNK, carry_on, list_going, take_step
from webapp.services.generation.runs.wishes import as_object, get_run, list_runs, move, start_run, statuses_of

__all__ = [
    "BREATH_S",
    "CHUNK",
    "RESULT_HEADS",
    "Result",
    "Sum",
    "as_object",
    "carry_on",
    "get_run",
    "list_going",
    "list_results",
    "list_runs",
    "move",
    "results_of",
    "start_run",
    "statuses_of",
    "summarise",
    "take_step",
]
