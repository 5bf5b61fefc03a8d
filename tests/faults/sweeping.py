"""One fault after the other, each on a fresh instance, and what is wrong after it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.checker import problems
from tests.faults.conftest import LATER, SOON, Instances
from tests.faults.instances import Act
from tests.faults.killing import Point, Work, killed, points

#: A kill that comes too late, since two hashes happened to begin alike, is tried again.
TRIES = 3
#: A long act does not always ask its server equally often: so many points may be gone.
MOST_MISSED = 2


class NeverCame(RuntimeError):
    """An act was over before the point at which it was to be killed."""


Look = Callable[[Path], list[str]]


@dataclass
class Swept:
    """What came of killing at one point after the other."""

    hit: list[Point] = field(default_factory=list)
    missed: list[Point] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """What was wrong, by the point after which it was."""

    def says(self, what: str) -> bool:
        """Whether this was wrong after a kill, and nothing without one."""
        told = any(what in one for some in self.wrong.values() for one in some)
        return told and WITHOUT not in self.wrong


WITHOUT = "without a kill"


def at_work(instances: Instances, folder: Path, act: Act) -> Work:
    """Return an act on an instance as the work of a process."""
    return lambda: instances.act(folder, act)


def points_of(
    instances: Instances, act: Act, *, source: Path | None = None
) -> list[Point]:
    """Return each moment of an act at which a kill could make a difference."""
    folder = instances.copy(source)
    return points(at_work(instances, folder, act), folder)


def kill_at(
    instances: Instances,
    act: Act,
    point: Point,
    *,
    source: Path | None = None,
    name: str = "instance",
) -> Path:
    """Return an instance on which an act was killed at a point. Raises NeverCame."""
    for _ in range(TRIES):
        folder = instances.copy(source, name=name)
        if killed(at_work(instances, folder, act), point):
            return folder
    raise NeverCame(f"it never came to {point}")


def outside_transactions(point: Point) -> bool:
    """Whether to kill there again, where each change of a row was tried elsewhere."""
    return not point.is_within


def at_turns(point: Point) -> bool:
    """Whether a commit or a file's name comes next: the rest was tried elsewhere."""
    is_name = point.call.startswith(("rename", "link"))
    return not point.is_within and (is_name or not point.what.startswith("files"))


def sweep(
    instances: Instances,
    act: Act,
    go_on: Act,
    *,
    source: Path | None = None,
    only: Callable[[Point], bool] = lambda _point: True,
    look: Look = lambda _folder: [],
    meanwhile: Act | None = None,
    is_control: bool = False,
) -> Swept:
    """Kill an act at every point, let it be gone on with each time, and look.

    Starts from `source`, or else from where all faults start. First everything is done
    once without a kill: nothing is loaded for the first time later on. `look` looks at
    what else may be wrong in the end; `meanwhile` is done while whoever was killed
    might still be at it. A control has shown what it is for, and ends, when something
    is wrong.
    """
    swept = Swept()

    def judge(folder: Path, when: str) -> None:
        found = problems(folder, told=instances.told, settled=False)
        if meanwhile is not None:
            instances.act(folder, meanwhile, at=SOON)
            found += problems(folder, told=instances.told, settled=False)
        instances.act(folder, go_on, at=LATER)
        found += problems(folder, told=instances.told) + look(folder)
        if found:
            swept.wrong[when] = found

    folder = instances.copy(source)
    instances.act(folder, act)
    judge(folder, WITHOUT)
    for point in filter(only, points_of(instances, act, source=source)):
        try:
            folder = kill_at(instances, act, point, source=source)
        except NeverCame:
            swept.missed.append(point)
            if len(swept.missed) > MOST_MISSED:
                raise
            continue
        judge(folder, str(point))
        swept.hit.append(point)
        if is_control and swept.wrong:
            break
    print(f"killed at {len(swept.hit)} points")
    return swept
