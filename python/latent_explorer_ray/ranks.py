"""
Trains one run on several ranks, as a job of Ray: `python ranks.py PLAN`, where PLAN is what src/cluster/ranks-script.ts makes.
Ray Train starts the ranks, and all of them again when one is lost.
"""
import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import ray
import ray.train
import ray.util
from ray.train import FailureConfig, RunConfig, ScalingConfig
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

POLL_SECONDS = 1.0
NOTE_SECONDS = 600
"""For how long what a run says at its start is looked for."""
GIVE_UP_SECONDS = 3.0
"""A rank that ends because of another one waits for what that one says."""


def train_rank(plan: dict[str, Any]) -> None:
    """A rank. Raises if it was lost, or another one: all are then started again."""
    # This function is sent to the workers by its code; what it imports is in the package, wherever that is unpacked.
    sys.path[:0] = [path for entry in sys.path if (Path(path := f"{entry}/engine/python")).is_dir()]
    from latent_explorer_ray import child
    from ray.train.collective import broadcast_from_rank_zero

    context = ray.train.get_context()
    rank, count = context.get_world_rank(), context.get_world_size()
    board = plan["board"]
    with socket.socket() as free:
        free.bind(("", 0))
        own = f"{ray.util.get_node_ip_address()}:{free.getsockname()[1]}"
    coordinator = broadcast_from_rank_zero(own)
    if rank == 0:
        node = ray.get_runtime_context().get_node_id()
        first = ray.get(board.put_first.remote("first", node))
        if first != node and not plan["hasStorage"]:
            what = "the node with the run is gone, and with it what had not been fetched; it can be resumed from what was"
            ray.get(board.put_first.remote("failure", what))
            return
        ray.get(board.put.remote("node", node))
    output = child.logs_folder() / plan["place"] / f"rank-{rank}.txt"
    variables = {
        "LATENT_EXPLORER_RANK": str(rank),
        "LATENT_EXPLORER_RANKS": str(count),
        "LATENT_EXPLORER_COORDINATOR": coordinator,
    }
    process = child.start(plan["script"], output, variables)
    if rank == 0:
        threading.Thread(target=attend, args=(process, board, output), daemon=True).start()
    code = process.wait()
    if code in child.STOPPED:
        return
    if code in child.GIVEN_UP:
        why = child.why_ended(output, code)
        ray.get(board.put_first.remote("failure", why if rank == 0 else f"rank {rank}: {why}"))
        return
    time.sleep(GIVE_UP_SECONDS)
    if ray.get(board.get.remote("failure")) is None:
        raise RuntimeError(f"rank {rank} was lost, or another one: {child.why_ended(output, code)}")


def attend(process: Any, board: Any, output: Path) -> None:
    """Stops the first rank when the job is stopped, and passes on what it tells at its start, such as whether the ranks pay."""
    from latent_explorer_ray import child

    end = time.monotonic() + NOTE_SECONDS
    is_noted = False
    while process.poll() is None:
        if not is_noted and time.monotonic() < end:
            lines = [line for line in child.said_lines(output) if isinstance(line, dict) and line.get("warning")]
            if lines:
                ray.get(board.put.remote("notice", str(lines[0]["warning"])))
                is_noted = True
        if ray.get(board.get.remote("stop")):
            process.terminate()
            return
        time.sleep(POLL_SECONDS)


def main() -> None:
    from latent_explorer_ray.board import Board, stop_on_signal, write_whole
    from latent_explorer_ray.child import logs_folder

    plan = json.loads(sys.argv[1])
    ray.init(logging_level="warning")
    board = Board.remote()
    stop_on_signal(board)
    place = logs_folder() / plan["place"] / "place.json"

    def note() -> None:
        known: dict[str, Any] = {}
        while True:
            now = {name: ray.get(board.get.remote(name)) for name in ("node", "notice")}
            if now != known and now["node"]:
                write_whole(place, now)
                known = now
            time.sleep(POLL_SECONDS)

    threading.Thread(target=note, daemon=True).start()
    resources = {"CPU": plan["cpus"], **({"GPU": plan["gpus"]} if plan["gpus"] else {})}
    trainer = DataParallelTrainer(
        train_rank,
        train_loop_config={**plan, "board": board},
        scaling_config=ScalingConfig(
            num_workers=plan["count"], use_gpu=plan["gpus"] > 0, resources_per_worker=resources
        ),
        run_config=RunConfig(
            name=plan["id"],
            storage_path=str((place.parent / "train").resolve()),
            failure_config=FailureConfig(max_failures=plan["retries"]),
        ),
    )
    failure = None
    try:
        trainer.fit()
    except Exception as error:
        failure = str(error).strip().splitlines()[-1]
    failure = ray.get(board.get.remote("failure")) or failure
    if failure:
        print(f"latent-explorer: {failure}", flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
