"""
Trains the trials of a sweep, as a job of Ray: `python sweep.py PLAN`, where PLAN is what src/cluster/sweep-script.ts makes. Ray Tune
decides which trials go on; each is a process of `vae`, with a run folder of its own.
"""
import json
import shlex
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import ray
from ray import tune
from ray.tune.schedulers import ASHAScheduler

POLL_SECONDS = 0.5
STOP_SECONDS = 60
TRIAL = "@TRIAL@"
"""In the script: the name of the trial's run folder."""
SETTINGS = "@SETTINGS@"
"""In the script: its own settings, as arguments of `vae train`."""
OPTIONS = ("preset", "seed")
"""Of `vae train`, and no settings."""


def arguments(values: dict[str, Any]) -> str:
    """Settings as words of the shell."""
    words: list[str] = []
    for name, value in values.items():
        words += [f"--{name}", str(value)] if name in OPTIONS else ["--set", f"{name}={value}"]
    return " ".join(shlex.quote(word) for word in words)


class Trial(tune.Trainable):
    """
    A trial: a step lasts until the next validation. Raises if its process died: Tune makes it anew, and it goes on from its newest
    checkpoint. Not a function, which Tune ends without giving it time for a checkpoint.
    """

    def setup(self, config: dict[str, Any], plan: dict[str, Any]) -> None:
        # This class is sent to the workers by its code; what it imports is in the package, wherever that is unpacked.
        sys.path[:0] = [path for entry in sys.path if (Path(path := f"{entry}/engine/python")).is_dir()]
        from latent_explorer_ray import child

        self.board, self.process, self.rows = plan["board"], None, []
        self.last = {"bound": float("-inf"), "samples": 0}
        values = dict(config)
        index = values.pop("trial", None)
        if index is None:
            # A search makes its trials as it goes: they are numbered in the order in which they begin.
            index = ray.get(self.board.number_of.remote(self.trial_id))
        else:
            values = plan["trials"][index]["values"]
        self.run = plan["trials"][index]["run"]
        if ray.get(self.board.stopping.remote()):
            return
        node = ray.get_runtime_context().get_node_id()
        first = ray.get(self.board.begin.remote(self.run, node, {name: str(value) for name, value in values.items()}))
        if first != node and not plan["hasStorage"]:
            self.end("failed", "the node with its run is gone, and with it what had not been fetched")
            return
        place = child.logs_folder() / plan["place"] / self.run
        self.output, self.curve, self.read = place / "output.txt", place / "run" / "metrics.jsonl", 0
        script = plan["script"].replace(TRIAL, self.run).replace(SETTINGS, arguments(values))
        self.process = child.start(script, self.output, {})

    def step(self) -> dict[str, Any]:
        from latent_explorer_ray import child

        while self.process is not None:
            code = self.process.poll()
            self.read, rows = new_rows(self.curve, self.read)
            self.rows += rows
            while self.rows:
                row = self.rows.pop(0)
                if row.get("type") == "recovered":
                    self.end("failed", f"diverged: the bound was not finite after step {row['step']}")
                    return {**self.last, "done": True}
                if row.get("type") == "validation" and row.get("elbo") is not None and row["samples"] > self.last["samples"]:
                    self.last = {"bound": row["elbo"], "samples": row["samples"]}
                    return dict(self.last)
            if code is None:
                if ray.get(self.board.stopping.remote()):
                    self.process.terminate()
                time.sleep(POLL_SECONDS)
            elif code == 0:
                self.end("finished")
                break
            elif code == 130:
                self.end("stopped")
                break
            elif code in child.GIVEN_UP:
                self.end("failed", child.why_ended(self.output, code))
                break
            else:
                raise RuntimeError(child.why_ended(self.output, code))
        return {**self.last, "done": True}

    def end(self, state: str, reason: str = "") -> None:
        ray.get(self.board.end.remote(self.run, state, reason))

    def cleanup(self) -> None:
        """Tune ends the trial: its run stops at a checkpoint."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        self.process.wait(STOP_SECONDS)
        ray.get(self.board.end_if_open.remote(self.run, "stopped"))


def new_rows(path: Path, read: int) -> tuple[int, list[dict[str, Any]]]:
    """The whole lines of a file after the first `read` bytes, and how many bytes are read then."""
    try:
        with path.open("rb") as file:
            file.seek(read)
            data = file.read()
    except FileNotFoundError:
        return read, []
    whole = data[: data.rfind(b"\n") + 1]
    rows = []
    for line in whole.splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return read + len(whole), [row for row in rows if isinstance(row, dict)]


@ray.remote(num_cpus=0)
class TrialBoard:
    """What trials have come to, for whoever follows them."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.runs = [trial["run"] for trial in plan["trials"]]
        self.trials: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, int] = {}
        self.is_stopping = False

    def put(self, _name: str, _value: Any) -> None:
        """As `Board.put`, of which the only one is the wish to stop."""
        self.is_stopping = True

    def stopping(self) -> bool:
        return self.is_stopping

    def number_of(self, trial: str) -> int:
        return self.numbers.setdefault(trial, len(self.numbers))

    def begin(self, run: str, node: str, values: dict[str, str]) -> str:
        """Returns the node on which the trial first began."""
        first = self.trials.get(run, {}).get("node", node)
        self.trials[run] = {"node": first, "values": values, "state": "training", "reason": ""}
        return first

    def end(self, run: str, state: str, reason: str) -> None:
        self.trials[run] = {**self.trials[run], "state": state, "reason": reason}

    def end_if_open(self, run: str, state: str) -> None:
        if self.trials[run]["state"] == "training":
            self.end(run, state, "")

    def all(self) -> dict[str, Any]:
        return self.trials


def space_of(dimensions: list[dict[str, Any]]) -> dict[str, Any]:
    """The settings that vary, in Tune's words."""
    space: dict[str, Any] = {}
    for dimension in dimensions:
        if "values" in dimension:
            space[dimension["setting"]] = tune.choice(dimension["values"])
            continue
        low, high, is_log = dimension["low"], dimension["high"], dimension["scale"] == "log"
        if dimension["whole"]:
            draw = tune.lograndint if is_log else tune.randint
            space[dimension["setting"]] = draw(int(low), int(high) + 1)
        else:
            space[dimension["setting"]] = (tune.loguniform if is_log else tune.uniform)(low, high)
    return space


def searcher(plan: dict[str, Any]) -> Any:
    """The tree-structured Parzen estimator of Optuna (Bergstra et al., NeurIPS 2011)."""
    try:
        from optuna.samplers import TPESampler
        from ray.tune.search.optuna import OptunaSearch
    except ImportError:
        print("latent-explorer: --search tpe needs Optuna, which the nodes have not: add the cluster again with --pip optuna==5.0.0", flush=True)
        sys.exit(1)
    return OptunaSearch(sampler=TPESampler(seed=plan["seed"] % 2**32))


def main() -> None:
    from latent_explorer_ray.board import stop_on_signal, write_whole
    from latent_explorer_ray.child import logs_folder

    plan = json.loads(sys.argv[1])
    is_search = plan["search"] == "tpe"
    search = searcher(plan) if is_search else None
    ray.init(logging_level="warning")
    board = TrialBoard.remote(plan)
    stop_on_signal(board)
    place = logs_folder() / plan["place"] / plan["record"]
    said: dict[str, Any] = {}

    one_at_a_time = threading.Lock()

    def note() -> None:
        nonlocal said
        now = ray.get(board.all.remote())
        with one_at_a_time:
            if now != said or not place.exists():
                write_whole(place, {"trials": now})
                said = now

    def keep_noting() -> None:
        while True:
            note()
            time.sleep(POLL_SECONDS)

    threading.Thread(target=keep_noting, daemon=True).start()
    stopping = plan["stopping"]
    scheduler = stopping and ASHAScheduler(
        time_attr="samples",
        grace_period=stopping["rungs"][0],
        reduction_factor=stopping["reduction"],
        # Behind the last rung, before the next one would be: trials that come to it go on to their end.
        max_t=stopping["rungs"][-1] * stopping["reduction"] - 1,
        stop_last_trials=False,
    )
    trial = tune.with_parameters(Trial, plan={**plan, "board": board})
    # Of Tune's own notes, which nobody needs afterwards.
    storage = tempfile.mkdtemp(prefix="latent-explorer-tune-")
    indices = [i for i, each in enumerate(plan["trials"]) if not each["isDone"]]
    tune.Tuner(
        tune.with_resources(trial, {"CPU": plan["cpus"], **({"GPU": plan["gpus"]} if plan["gpus"] else {})}),
        param_space=space_of(plan["dimensions"]) if is_search else {"trial": tune.grid_search(indices)},
        tune_config=tune.TuneConfig(
            **({"num_samples": len(indices), "search_alg": search} if is_search else {}),
            metric="bound",
            mode="max",
            scheduler=scheduler,
            max_concurrent_trials=plan["parallel"] or None,
        ),
        run_config=tune.RunConfig(
            name=plan["id"],
            storage_path=storage,
            failure_config=tune.FailureConfig(max_failures=plan["retries"]),
            verbose=0,
        ),
    ).fit()
    for run, each in ray.get(board.all.remote()).items():
        if each["state"] == "training":
            why = f"its process has ended unexpectedly, {plan['retries'] + 1} times"
            ray.get(board.end.remote(run, "failed", why))
    note()
    shutil.rmtree(storage, ignore_errors=True)


if __name__ == "__main__":
    main()
