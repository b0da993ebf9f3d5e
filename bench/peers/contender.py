"""The loop of a peer that answers operations, one line of JSON each; `bench/contenders/operations.ts` describes them."""

import json
import sys
import time
from collections.abc import Callable


def serve(operations: dict[str, Callable]) -> None:
    """Answers until standard input ends. Whatever a library prints goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        try:
            response = {"answer": operations[request["operation"]](**request["argument"])}
        except Exception as error:
            response = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(response), file=answers, flush=True)


def measure(repetitions: int, work: Callable) -> list[float]:
    """Milliseconds of each of so many calls. What a call returns is freed before the next one."""
    milliseconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        result = work()
        milliseconds.append(1000 * (time.perf_counter() - start))
        del result
    return milliseconds


def timed(repetitions: int, work: Callable, sample: Callable) -> dict:
    """Times of so many calls, or for none of them what `sample` takes of a call's result."""
    if repetitions == 0:
        return {"milliseconds": [], "sample": sample(work())}
    return {"milliseconds": measure(repetitions, work), "sample": []}
