"""The calls of the other process: each names what to do, and the session that does it."""
import json
import time
from typing import Any

import jax
import numpy as np

from . import ranks as order
from .placement import Placement
from .program import Program
from .ranks import Ranks
from .session import Session, padded
from .wire import Arrays, Header

# Single precision in full, also where a graphics card would round the factors of a product to 10 bits.
jax.config.update("jax_default_matmul_precision", "highest")

READY_SECONDS = 1.0
"""How often processes that read their images say whether they have."""


class Calls:
    def __init__(self, most_programs: int, shards: int, ranks: Ranks | None = None) -> None:
        """shards: number of devices that share each minibatch, in all processes together."""
        self.most_programs = most_programs
        self.shards = shards
        self.ranks = ranks
        self.is_preparing = False
        """Whether the other process is reading its images, for the first of the ranks."""
        self.programs: dict[str, Program] = {}
        """By what they were made of; the one used last is the last."""
        self.sessions: dict[int, Session] = {}

    def answer(self, header: Header, arrays: Arrays) -> tuple[Header, Arrays]:
        """Returns the reply. Raises what goes wrong; the session is then as before, but for a training step that failed."""
        call, number = header["call"], header.get("session", -1)
        reply: Header = {}
        results: Arrays = {}
        if call == "open":
            self.open(number, header["program"], arrays.get("images"))
        elif call == "close":
            self.close(number)
        elif call == "load":
            reply["compileSeconds"] = self.load(number, arrays)
        elif call == "measure":
            reply.update(self.measure(number))
        elif call == "read":
            results = self.sessions[number].read()
        elif call == "train":
            results = self.train(number, header, arrays)
        elif call == "run":
            results = self.sessions[number].run(header["graph"], arrays)
        elif call == "importance":
            results = self.sessions[number].importance(arrays)
        elif call == "config":
            self.share_config(header["config"])
        elif call == "follow":
            reply = self.follow()
        else:
            raise ValueError(f"got the call '{call}'")
        return {**reply, "live": self.live()}, results

    def program(self, spec: dict[str, Any]) -> Program:
        key = json.dumps(spec, sort_keys=True)
        program = self.programs.pop(key, None) or Program(spec, self.placement(spec))
        self.programs[key] = program
        for oldest in list(self.programs)[: -self.most_programs]:
            del self.programs[oldest]
        return program

    def placement(self, spec: dict[str, Any]) -> Placement:
        """Training is shared; all else is done by one device of the process that is asked."""
        return Placement(jax.devices()[: self.shards] if spec["room"] > 0 else jax.local_devices()[:1])

    def open(self, number: int, spec: dict[str, Any], images: np.ndarray | None) -> None:
        if self.ranks and spec["room"] > 0:
            self.ranks.tell(order.OPEN, number)
            self.ranks.text(json.dumps(spec))
        self.sessions[number] = Session(self.program(spec), images)

    def close(self, number: int) -> None:
        session = self.sessions.pop(number, None)
        if self.ranks and session and session.program.room > 0:
            self.ranks.tell(order.CLOSE, number)

    def load(self, number: int, arrays: Arrays) -> float:
        session = self.sessions[number]
        if self.ranks and session.program.room > 0:
            self.ranks.tell(order.LOAD, number)
            arrays = self.ranks.arrays({name: arrays[name] for name in session.program.state})
        return session.load(arrays)

    def measure(self, number: int) -> Header:
        """Returns the seconds of a step of all ranks together, and of one device of this process alone."""
        ranks, session = self.ranks, self.sessions[number]
        assert ranks is not None
        ranks.tell(order.MEASURE, number)
        together = session.step_seconds(ranks.count)
        program = Program(session.program.spec, Placement(jax.local_devices()[:1]))
        alone = Session(program, None)
        alone.load(session.read())
        return {"together": together, "alone": alone.step_seconds(1)}

    def train(self, number: int, header: Header, arrays: Arrays) -> Arrays:
        session, steps = self.sessions[number], header["steps"]
        if self.ranks:
            rates = arrays.get("rates", np.zeros(0, np.float32))
            if self.ranks.index == 0:
                self.ranks.tell(order.TRAIN, number, header["firstStep"], steps, header["nextSteps"])
            shared = self.ranks.arrays({"rates": padded(rates, (session.program.room,))})
            arrays = {**arrays, "rates": shared["rates"]}
        return session.train(steps, arrays)

    def share_config(self, text: str) -> None:
        """Tells the others what is trained, and waits until they have their images."""
        assert self.ranks is not None
        self.ranks.tell(order.CONFIG)
        self.ranks.text(text)
        while not self.ranks.all(True):
            time.sleep(READY_SECONDS)

    def follow(self) -> Header:
        """
        Does what the first process says, until that takes something of the process which called: to read its images, as the
        configuration says, and then to call again; its rows of the next steps, with which it calls `train`; or to end.
        """
        ranks = self.ranks
        assert ranks is not None
        while self.is_preparing:
            self.is_preparing = not ranks.all(True)
        while True:
            kind, number, *steps = ranks.hear()
            if kind == order.CONFIG:
                self.is_preparing = True
                return {"next": "config", "config": ranks.text()}
            if kind == order.OPEN:
                self.sessions[number] = Session(self.program(json.loads(ranks.text())), None)
            elif kind == order.LOAD:
                session = self.sessions[number]
                shapes = session.program.shapes
                session.load(ranks.arrays({name: np.zeros(shape, np.float32) for name, shape in shapes.items()}))
            elif kind == order.MEASURE:
                self.sessions[number].step_seconds(ranks.count)
            elif kind == order.TRAIN:
                place = dict(zip(("firstStep", "steps", "nextSteps"), steps, strict=True))
                return {"next": "train", "session": number, **place}
            elif kind == order.CLOSE:
                self.sessions.pop(number, None)
            elif kind == order.END:
                ranks.leave()
                return {"next": "end"}

    def attend(self, is_called: bool) -> None:
        """Does what the ranks expect of each other between calls. is_called: whether one is waiting"""
        if self.ranks and self.ranks.index == 0:
            self.ranks.idle()
        elif self.ranks and self.is_preparing and not is_called:
            self.ranks.all(False)

    def end(self) -> None:
        """Once nobody calls any more."""
        if self.ranks and self.ranks.index == 0:
            self.ranks.tell(order.END)
            self.ranks.leave()

    def live(self) -> int:
        """Number of arrays on the device after a call, but for the images that sessions hold."""
        held = sum(session.images is not None for session in self.sessions.values())
        return len(jax.live_arrays()) - held
