"""The way back: from a certificate to the figures that it counts in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from labms import clock
from labms.certificates.queries import certificate_by_id
from labms.indicators.counting_in import WITHOUT_CERTIFICATES, figures_with
from labms.indicators.recounting import reports_with
from labms.indicators.views.asking import bp
from labms.jobs.queries import job_by_id
from labms.plan.data import definitions, plans
from labms.policy import Permission
from labms.web.access import requires


@bp.get("/certificates/<int:certificate_id>")
@requires(Permission.INDICATOR_READ)
def counted_in(certificate_id: int) -> ResponseReturnValue:
    """In which figures a certificate counts, and in which frozen reports."""
    certificate = certificate_by_id(certificate_id)
    job = job_by_id(certificate.job_id)
    plan = plans()[0]
    rows = [("job", job.id), ("order", job.order_id)]
    return render_template(
        "indicators/counted_in.html",
        certificate=certificate,
        plan=plan,
        found=figures_with(certificate, plan, today=clock.today()),
        reports=reports_with(rows),
        definitions=definitions(),
        without=WITHOUT_CERTIFICATES,
    )
