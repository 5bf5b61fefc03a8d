"""What is typed about a report."""

from wtforms import TextAreaField

from labms.i18n import N_
from labms.public.problems import PROBLEM_STATES, ProblemState
from labms.web.forms import EnumField, Form, MaxLength, Required


class AnswerForm(Form):
    """What was done about a report; it stays within the laboratory."""

    state = EnumField(
        N_("State"),
        ProblemState,
        {
            state: name
            for state, name in PROBLEM_STATES.items()
            if state is not ProblemState.NEW
        },
        validators=[Required(N_("Choose one."))],
    )
    answer = TextAreaField(
        N_("What was found and done"),
        validators=[Required(N_("Say what was found.")), MaxLength(2000)],
        render_kw={"rows": 4},
    )
