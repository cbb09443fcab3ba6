"""The calls of the other process: each names what to do, and the session that does it."""
import json
from typing import Any

import jax

from .program import Program
from .session import Session
from .wire import Arrays, Header

# Single precision in full, also where a graphics card would round the factors of a product to 10 bits.
jax.config.update("jax_default_matmul_precision", "highest")


class Calls:
    def __init__(self, most_programs: int) -> None:
        self.most_programs = most_programs
        self.programs: dict[str, Program] = {}
        """By what they were made of; the one used last is the last."""
        self.sessions: dict[int, Session] = {}

    def answer(self, header: Header, arrays: Arrays) -> tuple[Header, Arrays]:
        """Returns the reply. Raises what goes wrong; the session is then as before, but for a training step that failed."""
        call, number = header["call"], header["session"]
        reply: Header = {}
        results: Arrays = {}
        if call == "open":
            self.sessions[number] = Session(self.program(header["program"]), arrays.get("images"))
        elif call == "close":
            self.sessions.pop(number, None)
        elif call == "load":
            reply["compileSeconds"] = self.sessions[number].load(arrays)
        elif call == "read":
            results = self.sessions[number].read()
        elif call == "train":
            results = self.sessions[number].train(header["steps"], arrays)
        elif call == "run":
            results = self.sessions[number].run(header["graph"], arrays)
        elif call == "importance":
            results = self.sessions[number].importance(arrays)
        else:
            raise ValueError(f"got the call '{call}'")
        return {**reply, "live": self.live()}, results

    def program(self, spec: dict[str, Any]) -> Program:
        key = json.dumps(spec, sort_keys=True)
        program = self.programs.pop(key, None) or Program(spec)
        self.programs[key] = program
        for oldest in list(self.programs)[: -self.most_programs]:
            del self.programs[oldest]
        return program

    def live(self) -> int:
        """Number of arrays on the device after a call, but for the images that sessions hold."""
        held = sum(session.images is not None for session in self.sessions.values())
        return len(jax.live_arrays()) - held
