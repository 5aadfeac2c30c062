"""Runs over whole course runs, or chosen certificates: asked for by people, carried forward step by step, with a result each."""

from webapp.services.generation.runs.chosen import (
    MOST_CHOSEN,
    Choice,
    count_matching,
    courses_of,
    find_for_real,
    is_of_team,
    start_chosen,
    start_for_real,
)
from webapp.services.generation.runs.results import (
    CHOSEN_HEADS,
    RESULT_HEADS,
    Result,
    Sum,
    list_results,
    results_of,
    summarise,
)
from webapp.services.generation.runs.steps import BREATH_S, CHUNK, carry_on, list_going, take_step
from webapp.services.generation.runs.wishes import (
    as_object,
    find_open_run,
    get_run,
    list_runs,
    move,
    start_run,
    statuses_of,
)

__all__ = [
    "BREATH_S",
    "CHOSEN_HEADS",
    "CHUNK",
    "MOST_CHOSEN",
    "RESULT_HEADS",
    "Choice",
    "Result",
    "Sum",
    "as_object",
    "carry_on",
    "count_matching",
    "courses_of",
    "find_for_real",
    "find_open_run",
    "get_run",
    "is_of_team",
    "list_going",
    "list_results",
    "list_runs",
    "move",
    "results_of",
    "start_chosen",
    "start_for_real",
    "start_run",
    "statuses_of",
    "summarise",
    "take_step",
]
