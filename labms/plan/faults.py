"""What cannot be right in the data of a plan."""

from collections.abc import Iterator, Mapping, Sequence

from labms.i18n import N_, Message
from labms.places.rules import AREAS
from labms.plan.rules import TASK_CELLS, IndicatorDefinition, Plan, Target, Task


def faults(
    plan: Plan, definitions: Mapping[str, IndicatorDefinition]
) -> tuple[Message, ...]:
    """Return everything in a plan's data that cannot be right."""
    return (
        *_faults_of_plan(plan),
        *(fault for t in plan.targets for fault in _faults_of_target(t, definitions)),
        *(fault for t in plan.tasks for fault in _faults_of_task(t, definitions)),
    )


def _faults_of_plan(plan: Plan) -> Iterator[Message]:
    if plan.area not in AREAS:
        yield Message(N_("Plan {plan} names an unknown area."), {"plan": plan.code})
    for named in (plan.targets, plan.tasks):
        for code in _twice([each.code for each in named]):
            yield Message(N_("The code {code} stands there twice."), {"code": code})
    for one, next_one in zip(plan.phases, plan.phases[1:], strict=False):
        if next_one.first_year != one.last_year + 1:
            yield Message(
                N_("Phase {number} does not follow on the one before."),
                {"number": next_one.number},
            )


def _faults_of_target(
    target: Target, definitions: Mapping[str, IndicatorDefinition]
) -> Iterator[Message]:
    details = {"code": target.code}
    if {target.indicator, *target.beside} - set(definitions):
        yield Message(N_("{code} names an unknown indicator."), details)
        return
    definition = definitions[target.indicator]
    if definition.unit is not target.unit:
        yield Message(N_("{code} and its indicator differ in unit."), details)
    if definition.comparison is not target.comparison:
        yield Message(N_("{code} and its indicator compare differently."), details)


def _faults_of_task(
    task: Task, definitions: Mapping[str, IndicatorDefinition]
) -> Iterator[Message]:
    details = {"code": task.code}
    if set(task.indicators) - set(definitions):
        yield Message(N_("{code} names an unknown indicator."), details)
    explained = sorted((*task.blank, *task.repeats_the_task))
    if explained != sorted(cell for cell in TASK_CELLS if not getattr(task, cell)):
        yield Message(
            N_("The empty cells of {code} are not the ones it names."), details
        )


def _twice(codes: Sequence[str]) -> Iterator[str]:
    for position, code in enumerate(codes):
        if code in codes[:position]:
            yield code
