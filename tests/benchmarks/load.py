#!/usr/bin/env python3
"""Closed-loop HTTP load driver, standard library only.

    load.py http://127.0.0.1:8000 SCENARIO... --target targets/peer.json --pools pools.json

Prints one JSON object per scenario (all repetitions inside).  A target file maps a
scenario name to a request; `$name` in it is replaced from one record of a pool, and
`form_json` values are JSON-encoded form fields.  `once` pools are never re-used in a run."""

import argparse
import asyncio
import itertools
import json
import random
import re
import resource
import subprocess
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from string import Template

if urllib.request.getproxies():
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))


def sub(value, record):
    if isinstance(value, str):
        return Template(value).safe_substitute(record)
    if isinstance(value, dict):
        return {k: sub(v, record) for k, v in value.items()}
    return value


def login(base, spec, user, password):
    """Sign in through the HTML form; give the Cookie header."""
    jar = CookieJar()
    web = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar))
    page = web.open(base + spec["url"]).read().decode()
    form = {spec["user_field"]: user, spec["password_field"]: password, **spec.get("extra", {})}
    field = spec.get("csrf_field")
    if field:
        tag = next((t for t in re.findall(r"<input[^>]*>", page) if f'name="{field}"' in t), "")
        found = re.search(r'value="([^"]*)"', tag)
        form[field] = found.group(1) if found else ""
    answer = web.open(
        urllib.request.Request(
            base + spec["url"], urllib.parse.urlencode(form).encode(), {"Referer": base + spec["url"]}
        )
    )
    if f'name="{spec["password_field"]}"' in answer.read().decode():
        raise SystemExit("login refused")
    return "; ".join(f"{c.name}={c.value}" for c in jar)


def encode(host, scenario, record, headers):
    path = sub(scenario["path"], {k: urllib.parse.quote(str(v), safe="") for k, v in record.items()})
    body = b""
    if "form" in scenario or "form_json" in scenario:
        form = {
            **sub(scenario.get("form", {}), record),
            **{k: json.dumps(sub(v, record)) for k, v in scenario.get("form_json", {}).items()},
        }
        body = urllib.parse.urlencode(form).encode()
        headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    if body or scenario.get("method") == "POST":
        headers = {**headers, "Content-Length": str(len(body))}
    headers = {"Host": host, "User-Agent": "load/1", **headers, **sub(scenario.get("headers", {}), record)}
    head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
    return f"{scenario.get('method', 'GET')} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Wire(asyncio.Protocol):
    """One HTTP/1.1 connection: length, chunked or until-close bodies."""

    def __init__(self):
        self.open, self.done, self.buf = True, None, b""

    def connection_made(self, transport):
        self.transport = transport

    def ask(self, payload):
        self.buf, self.head, self.done = b"", None, asyncio.get_running_loop().create_future()
        self.transport.write(payload)
        return self.done

    def finish(self, body):
        if self.done and not self.done.done():
            self.done.set_result((self.status, self.head, body))

    def data_received(self, data):
        self.buf += data
        if self.head is None:
            cut = self.buf.find(b"\r\n\r\n")
            if cut < 0:
                return
            self.head, self.buf = self.buf[:cut].decode("latin1").lower(), self.buf[cut + 4 :]
            self.status = int(self.head[9:12])
            size = re.search(r"\r\ncontent-length: *(\d+)", self.head)
            self.size = 0 if self.status in (204, 304) else int(size.group(1)) if size else None
            self.chunked = "transfer-encoding: chunked" in self.head
            self.last = "\r\nconnection: close" in self.head
        if self.size is not None and len(self.buf) >= self.size:
            self.open = self.open and not self.last
            self.finish(self.buf)
        elif self.size is None and self.chunked and self.buf.endswith(b"0\r\n\r\n"):
            self.open = self.open and not self.last
            self.finish(self.buf)

    def connection_lost(self, exc):
        self.open = False
        if self.done and not self.done.done():
            if self.head is not None and self.size is None and not self.chunked:
                self.finish(self.buf)
            else:
                self.done.set_exception(ConnectionError("closed early"))


async def drive(host, port, payloads, connections, limit, seconds, good, needle):
    """Send until `limit` requests or `seconds`; give (latencies, errors, elapsed, sample of statuses)."""
    loop, times, errors, statuses = asyncio.get_running_loop(), [], [], {}
    stop, count = time.perf_counter() + seconds, itertools.count()

    async def worker():
        wire = None
        while next(count) < limit and time.perf_counter() < stop:
            payload = next(payloads, None)
            if payload is None:
                break
            start = time.perf_counter()
            try:
                if wire is None or not wire.open:
                    if wire:
                        wire.transport.close()
                    _, wire = await loop.create_connection(Wire, host, port)
                status, _, body = await asyncio.wait_for(wire.ask(payload), 120)
                statuses[status] = statuses.get(status, 0) + 1
                if status not in good or (needle and needle not in body):
                    errors.append(f"{status} {body[:80]!r}")
            except (OSError, TimeoutError) as exc:
                errors.append(repr(exc))
                wire = None
            times.append(time.perf_counter() - start)
        if wire:
            wire.transport.close()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    return times, errors, time.perf_counter() - began, statuses


def measure(args, target, name, pools, cookie):
    scenario = target["scenarios"][name]
    url = urllib.parse.urlsplit(args.base)
    records = pools.get(scenario.get("pool", "one"), [{}])
    headers = {"Cookie": cookie} if scenario.get("login") else {}
    if scenario.get("conditional"):
        first = encode(url.netloc, scenario, records[0], headers)
        _, _, _, _ = asyncio.run(drive(url.hostname, url.port, iter([first]), 1, 1, 30, [200], b""))
        req = urllib.request.Request(args.base + sub(scenario["path"], records[0]), headers=headers)
        headers["If-None-Match"] = urllib.request.urlopen(req).headers["ETag"]
        records = records[:1]
    good, needle = scenario.get("status", [200]), scenario.get("contains", "").encode()
    order = list(records)
    random.Random(7).shuffle(order)
    ready = [encode(url.netloc, scenario, r, headers) for r in order[: args.requests]]
    runs = []
    for _ in range(args.reps):
        if args.before and scenario.get("once"):
            subprocess.run(args.before, shell=True, check=True, stdout=subprocess.DEVNULL)
        if not scenario.get("once"):
            asyncio.run(
                drive(
                    url.hostname,
                    url.port,
                    itertools.cycle(ready),
                    args.connections,
                    args.requests,
                    args.warmup,
                    good,
                    b"",
                )
            )
        source = iter(ready) if scenario.get("once") else itertools.cycle(ready)
        used = resource.getrusage(resource.RUSAGE_SELF)
        times, errors, took, statuses = asyncio.run(
            drive(url.hostname, url.port, source, args.connections, args.requests, args.seconds, good, needle)
        )
        now = resource.getrusage(resource.RUSAGE_SELF)
        times.sort()
        at = lambda q: round(1000 * times[min(len(times) - 1, int(q * len(times)))], 2)
        runs.append(
            {
                "rps": round(len(times) / took, 1),
                "p50": at(0.5),
                "p95": at(0.95),
                "p99": at(0.99),
                "n": len(times),
                "errors": len(errors),
                "first_error": errors[0] if errors else None,
                "statuses": statuses,
                "client_cpu": round((now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime) / took, 2),
            }
        )
    rates = sorted(r["rps"] for r in runs)
    mid = sorted(runs, key=lambda r: r["rps"])[len(runs) // 2]
    return {
        "target": target["name"],
        "label": args.label,
        "scenario": name,
        "connections": args.connections,
        "rps": mid["rps"],
        "p50_ms": mid["p50"],
        "p95_ms": mid["p95"],
        "p99_ms": mid["p99"],
        "errors": sum(r["errors"] for r in runs),
        "spread": round((rates[-1] - rates[0]) / max(mid["rps"], 0.001), 3),
        "runs": runs,
    }


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("base")
    p.add_argument("scenario", nargs="+", help="names from the target file, or 'all'")
    p.add_argument("--target", required=True)
    p.add_argument("--pools", required=True)
    p.add_argument("--connections", type=int, default=8)
    p.add_argument("--requests", type=int, default=100_000)
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--warmup", type=float, default=0.5)
    p.add_argument("--reps", type=int, default=3)
    p.add_argument("--user", default="staff")
    p.add_argument("--password", default="bench-only")
    for part in ("login-url", "user-field", "password-field", "csrf-field"):
        p.add_argument("--" + part, help="overrides the target file")
    p.add_argument("--before", help="shell command run before each repetition of a `once` scenario")
    p.add_argument("--label", default="")
    args = p.parse_args()
    host = urllib.parse.urlsplit(args.base).hostname
    if host not in ("127.0.0.1", "localhost"):
        raise SystemExit("refusing to load anything but this machine")
    target, pools = json.loads(Path(args.target).read_text()), json.loads(Path(args.pools).read_text())
    spec = dict(target["login"])
    for key, given in (
        ("url", args.login_url),
        ("user_field", args.user_field),
        ("password_field", args.password_field),
        ("csrf_field", args.csrf_field),
    ):
        spec[key] = given or spec.get(key)
    names = list(target["scenarios"]) if args.scenario == ["all"] else args.scenario
    needs = any(target["scenarios"][n].get("login") for n in names)
    cookie = login(args.base, spec, args.user, args.password) if needs else ""
    for name in names:
        print(json.dumps(measure(args, target, name, pools, cookie)), flush=True)


if __name__ == "__main__":
    main()
