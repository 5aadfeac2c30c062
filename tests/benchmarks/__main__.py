"""Measure this project, beside the peer where it is given: make bench, or python -m tests.benchmarks --help.

Both serve the same rows from the same PostgreSQL (or from SQLite files), in turn, scenario by
scenario; what counts is the median of the ratios, since the machine's speed drifts.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itsdangerous import URLSafeSerializer

from tests.benchmarks import dataset, eligibility, governance
from tests.benchmarks.sides import SECRET_KEY, Certdesk, Peer, Side
from webapp.web.paging import encode_cursor

CALLBACKS = ("hello", "callback_success", "callback_bad", "callback_unknown", "callback_example")
PUBLIC = ("cert_page", "crawler_check")
LISTS = ("admin_list_first", "admin_list_deep", "admin_search_user", "admin_filter_status")
DESK = ("support_lookup",)
API = ("hello@2", "api_list", "api_list_deep", "api_list_conditional")
FEW = {*LISTS, *DESK, *API}
"""What somebody signed in asks for: two connections, as many as there are workers."""
API_PAGE = 100
"""As many rows as the peer's pages have."""
LOAD = Path(__file__).with_name("load.py")


@dataclass(frozen=True)
class Figure:
    """What one side did in one repetition of one scenario."""

    rate: float
    p50_ms: float
    p95_ms: float
    errors: int


def main() -> None:
    """Fill, serve, measure and print."""
    options = _options()
    if options.scenarios == ["eligibility"]:
        eligibility.main(options)
        return
    if options.scenarios == ["current"]:
        governance.main(options)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pools = _write_pools(options.size, folder)
        sides: list[Side] = [Certdesk(options, folder)]
        if options.peer:
            sides.append(Peer(options, folder))
        for side in sides:
            side.fill()
        results = _measure(sides, pools, options)
        weights = {side.name: side.weigh() for side in sides}
    _print(results, weights, options)


def _measure(sides: list[Side], pools: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Every scenario on one side and at once on the other, who is first in turn: what slows the machine slows both.

    Both serve all the while; the one that nobody asks takes nothing of the machine.
    """
    results: list[dict[str, Any]] = [
        {"scenario": scenario, "figures": {side.name: [] for side in sides}} for scenario in options.scenarios
    ]
    for number in range(options.reps):
        with ExitStack() as served:
            bases = {side.name: served.enter_context(side.serving()) for side in sides}
            for result in results:
                for side in sides if number % 2 == 0 else reversed(sides):
                    figure = _drive(side, bases[side.name], result["scenario"], pools, options)
                    result["figures"][side.name].append(figure)
    return results


def _drive(side: Side, base: str, scenario: str, pools: Path, options: argparse.Namespace) -> Figure:
    name, _, connections = scenario.partition("@")
    connections = connections or ("2" if name in FEW else str(options.connections))
    command = [sys.executable, str(LOAD), base, name, "--target", str(side.target), "--pools", str(pools)]
    command += ["--connections", connections, "--seconds", str(options.seconds), "--reps", "1"]
    command += ["--warmup", str(options.warmup), "--before", side.reset_command]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env=side.environ)
    measured = json.loads(answer.stdout)
    if measured["errors"]:
        print(
            f"  {side.name} {scenario}: {measured['errors']} errors, {measured['runs'][0]['first_error']}",
            file=sys.stderr,
        )
    return Figure(measured["rps"], measured["p50_ms"], measured["p95_ms"], measured["errors"])


def _write_pools(size: int, folder: Path) -> Path:
    rows = list(dataset.certificates(size))
    pools = dataset.pools(rows)
    last = {"last": encode_cursor([51]), "cursor": _api_cursor(API_PAGE + 1)}  # the last page, newest first
    pools["last"] = [{**pools["last"][0], **last}]
    pools["page"] = [
        {**one, "cursor": _api_cursor(max(size - API_PAGE * number, 1) + 1)} for number, one in enumerate(pools["page"])
    ]
    path = folder / "pools.json"
    path.write_text(json.dumps(pools))
    return path


def _api_cursor(below: int) -> str:
    """Give the cursor of the API's list of certificates, without filters, as the application signs it."""
    return URLSafeSerializer(SECRET_KEY, salt=b"cursor api.list_certificates {} {}").dumps([below])


def _print(results: list[dict[str, Any]], weights: dict[str, dict[str, float]], options: argparse.Namespace) -> None:
    print(f"\n{options.size:,} certificates, {options.database}, server {options.server}, {options.reps} repetitions, "
          f"{options.connections} connections, Python {platform.python_version()}\n")  # fmt: skip
    print("| scenario | " + " | ".join(_heads(results[0]["figures"])) + " |")
    print("|---|" + "---|" * len(_heads(results[0]["figures"])))
    for result in results:
        print(f"| {result['scenario']} | " + " | ".join(_cells(result["figures"])) + " |")
    for name, weight in weights.items():
        print(f"\n{name}: {weight['rss_mb']:.0f} MB a worker, {weight['start_s']:.1f} s from start to the first answer")
    print("\n" + json.dumps(list(_rows(results, weights))))


def _heads(figures: dict[str, list[Figure]]) -> list[str]:
    heads = [f"{name} {unit}" for name in figures for unit in ("req/s", "p50 ms", "p95 ms")]
    return [*heads, "ratio (median)"] if len(figures) == 2 else heads


def _cells(figures: dict[str, list[Figure]]) -> list[str]:
    cells = []
    for runs in figures.values():
        cells.append(f"{statistics.median(one.rate for one in runs):,.0f}")
        cells += [
            f"{statistics.median(times):.1f}" for times in zip(*((f.p50_ms, f.p95_ms) for f in runs), strict=True)
        ]
    if len(figures) == 2:
        cells.append(f"{_ratio(figures):.2f}")
    return cells


def _ratio(figures: dict[str, list[Figure]]) -> float:
    ours, theirs = figures.values()
    return statistics.median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))


def _rows(results: list[dict[str, Any]], weights: dict[str, dict[str, float]]) -> Iterator[dict[str, Any]]:
    for result in results:
        runs = {name: [vars(figure) for figure in figures] for name, figures in result["figures"].items()}
        yield {"scenario": result["scenario"], **runs}
    yield {"weights": weights}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "scenarios",
        nargs="*",
        default=[*CALLBACKS, *PUBLIC, *LISTS, *DESK, *API],
        help="which, and at how many connections where that is to be another number: hello@2; "
        "eligibility alone judges a course run, current alone reads and changes what is live",
    )
    parser.add_argument(
        "--size", type=int, default=100_000, help="how many certificates, learners to be judged, or versions"
    )
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument(
        "--server",
        choices=("gunicorn", "serve"),
        default="gunicorn",
        help="ours: gunicorn with 2 sync workers as the peer, or certdesk serve",
    )
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument(
        "--warmup",
        type=float,
        default=3,
        help="seconds before it counts: long enough for the 1,000 unmatched deliveries that are kept of one address",
    )
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument(
        "--python",
        default=os.environ.get("BENCH_PYTHON", sys.executable),
        help="a Python that has what Certdesk needs and gunicorn, without the tests' tools: structlog loads rich where it is",
    )
    parser.add_argument(
        "--peer", default=os.environ.get("BENCH_PEER"), help="the folder of the Django peer; ours alone when not given"
    )
    parser.add_argument(
        "--peer-python",
        default=os.environ.get("BENCH_PEER_PYTHON", "python3"),
        help="a Python that has Django and gunicorn",
    )
    parser.add_argument(
        "--memcached", default=os.environ.get("BENCH_MEMCACHED", ""), help="host:port of the peer's cache"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
