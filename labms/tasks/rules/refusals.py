"""What cannot be entered about the work on a plan, and what to do instead."""

from labms.errors import Conflict, Invalid, NotFound
from labms.i18n import N_


class UnknownTask(NotFound):
    """The annex has no such row."""

    code = "tasks.unknown"
    message = N_("The annex of the plan has no task {task}.")


class HeadingHasNoWork(Invalid):
    """A heading of the annex only names the rows below it."""

    code = "tasks.heading"
    message = N_("Row {task} is a heading of the annex: choose one of the rows below.")


class OutsideThePlan(Invalid):
    """The plan does not reach into that year."""

    code = "tasks.outside_the_plan"
    message = N_("The plan runs from {first} to {last}: choose a year within.")


class OutsideTheTask(Invalid):
    """The annex gives the task other years."""

    code = "tasks.outside_the_task"
    message = N_(
        "By the annex, task {task} runs from {first} to {last}: choose a year within, "
        "or another task."
    )


class EndsBeforeItBegins(Invalid):
    """Two days the wrong way round."""

    code = "tasks.ends_before_it_begins"
    message = N_("The last day lies before the first.")


class WrongStage(Conflict):
    """This cannot follow on what was entered before."""

    code = "tasks.wrong_stage"
    message = N_("“{stage}” cannot follow on “{before}”. Enter the step between first.")


class DayBefore(Invalid):
    """Steps follow each other in time."""

    code = "tasks.day_before"
    message = N_("The day lies before the last step, which is of {day}.")


class DayToCome(Invalid):
    """Nobody knows yet what will have been decided."""

    code = "tasks.day_to_come"
    message = N_("The day lies in the future. Enter it when it has happened.")


class BadAmount(Invalid):
    """Not an amount of money."""

    code = "tasks.bad_amount"
    message = N_("Enter an amount in whole VND, more than none.")


class BadQuantity(Invalid):
    """Nobody buys none of something, or more than any list of assets holds."""

    code = "tasks.bad_quantity"
    message = N_("Enter how many pieces, from 1 to {most}.")


class PaidTooMuch(Conflict):
    """More was paid than approved."""

    code = "tasks.paid_too_much"
    message = N_(
        "With this, {paid} VND would be paid of {approved} approved. Enter the new "
        "estimate, appraisal and approval first."
    )


class BadPercent(Invalid):
    """Not a part of a hundred."""

    code = "tasks.bad_percent"
    message = N_("Enter how much is done, from 0 to 100.")


class DoneIsAll(Invalid):
    """What is done is done wholly."""

    code = "tasks.done_is_all"
    message = N_(
        "Done means 100 %, and 100 % means done: change the state or the figure."
    )


class AlreadyOver(Conflict):
    """Nothing follows on the end."""

    code = "tasks.already_over"
    message = N_("This was done or given up before: nothing can follow on it.")


class StepTwice(Conflict):
    """A step of the programme is done once."""

    code = "tasks.step_twice"
    message = N_("This step was entered before for this enterprise.")


class UnknownStep(NotFound):
    """The programme has no such step."""

    code = "tasks.unknown_step"
    message = N_("The programme has no such step.")


class UnknownCriteria(NotFound):
    """There is no such set of criteria."""

    code = "tasks.unknown_criteria"
    message = N_("There is no such set of criteria.")


class BadScore(Invalid):
    """A score that the criterion does not have."""

    code = "tasks.bad_score"
    message = N_("Criterion {criterion}: enter a score from 0 to {most}.")


class EvidenceMissing(Invalid):
    """A score says what it rests on."""

    code = "tasks.evidence_missing"
    message = N_("Criterion {criterion}: say what the score rests on.")


class BadList(Invalid):
    """Nothing of a list is taken while a row of it is wrong."""

    code = "tasks.bad_list"
    message = N_("The list cannot be taken: {problem}")
