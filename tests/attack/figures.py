"""The table of docs/reliability.md, from what the long runs measured by `make test-slow`: ``python -m tests.attack.figures``."""

from __future__ import annotations

import json
from typing import Any

from tests.attack.conftest import REPORT

ROWS = {
    "test_three_times_what_can_be_served": (
        "{offered_per_second:,} requests a second offered for {seconds} s to one process that can answer "
        "{capacity_per_second:,} ({times_capacity} times as many), over at most 400 connections",
        "{sent:,} sent: {answered:,} answered, {refused:,} refused with 503 and `Retry-After`, {lost} lost, {other} "
        "answered in another way; {given_up:,} found no free connection within a second and were not sent. From when "
        "they were due, half of the answers came within {p50_ms:,.0f} ms and 99% within {p99_ms:,.0f} ms (before: "
        "{usual_p50_ms:,.0f} and {usual_p99_ms:,.0f}), refusals within {refused_p50_ms:,.0f} and "
        "{refused_p99_ms:,.0f} ms. Answers for each second of CPU: {kept_of_capacity:.0%} of the rate "
        "before and after. Memory grew by {growth_mb:.0f} MB at most, with {descriptors_most} files open.",
    ),
    "test_callers_who_ask_again_at_once": (
        "400 callers who ask again as soon as they are answered or refused",
        "{answered:,} answered, {refused:,} refused, {lost} lost; answers for each second of CPU: "
        "{kept_of_capacity:.0%} of the usual rate",
    ),
    "test_memory_stays_flat": (
        "{requests:,} requests with titles that do not repeat, cache of 2,000 titles",
        "memory grew by {growth_mb:.1f} MB after the first tenth",
    ),
    "test_three_times_what_can_be_served_through_nginx": (
        "{offered_per_second:,} requests a second offered for {seconds} s through nginx, three times what is answered through it",
        "{sent:,} sent: {answered:,} answered, {refused:,} refused, {lost} lost, {other} answered in another way; "
        "answers for each second of CPU: {kept_of_capacity:.0%} of the usual rate. Half of the answers came within "
        "{p50_ms:,.0f} ms, 99% within {p99_ms:,.0f} ms.",
    ),
    "test_cached_titles_and_batches_change_no_answer[20000]": (
        "{queries:,} generated queries, alone and in a batch, cached and not, in order and reversed",
        "one answer each, every number equal to a billionth ({classified:,} classified, {ambiguous:,} ambiguous, "
        "{unreadable:,} unreadable, {error:,} refused)",
    ),
    "test_no_query_raises_but_by_the_contract_at_length": ("{queries:,} queries made at random by hypothesis", "no exception"),
    "test_every_answer_is_one_that_the_document_knows_at_length": (
        "{asked:,} requests made from the OpenAPI document by schemathesis",
        "no status 500, no answer that the document does not describe",
    ),
    "test_what_an_answer_names_is_there_at_length": (
        "{chains:,} chains of requests along the document's links, {links_followed:,} links followed",
        "{wrong} wrong",
    ),
}


def row(test: str, figures: dict[str, Any]) -> str:
    attack, found = ROWS[test]
    growth = figures.get("growth_kb", figures.get("memory_most_kb", 0) - figures.get("memory_before_kb", 0))
    return f"| {attack} | {found} |".format(**figures, growth_mb=growth / 1024)


def health(lines: list[dict[str, Any]]) -> None:
    """The table of ``/healthz`` beside one costly request."""
    print("\n| one request | bytes | answer | CPU, s | `/healthz`, ms: usual, worst |\n|---|---|---|---|---|")
    for line in lines:
        print(f"| {line['attack']} | {line['bytes']:,} | {line['status']} | {line['cpu_s']:.2f} ", end="")
        print(f"| {line['health_usual_ms']:.0f}, {line['health_worst_ms']} |")


def main() -> None:
    last = {line["test"]: line for line in map(json.loads, REPORT.read_text().splitlines())}
    print("| attack | what happened |\n|---|---|")
    for test in ROWS:
        if test in last:
            print(row(test, last[test]))
    health([line for line in last.values() if "health_worst_ms" in line])
    times = sorted(line["at"] for line in last.values())
    print(f"\nMeasured from {times[0]} to {times[-1]}, load average at the end of each run: ", end="")
    print(", ".join(f"{line.get('load', 0):.0f}" for line in last.values()))


if __name__ == "__main__":
    main()
