"""The page on which a body says what its documents bear beside its name."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import BooleanField

from labms.db import transaction
from labms.errors import NotFound
from labms.i18n import N_, gettext
from labms.organisations.designating import body_to_set_up
from labms.organisations.logos import BadLogo
from labms.organisations.queries import body_by_id, letterhead_of, picture_called
from labms.organisations.rules import DOCUMENT_LANGUAGES, DocumentLanguage
from labms.organisations.services import set_letterhead
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.forms import EnumField, Form, Required


class LetterheadForm(Form):
    """In which languages a body's documents speak, and with which logo."""

    language = EnumField(
        N_("Language of documents"),
        DocumentLanguage,
        DOCUMENT_LANGUAGES,
        validators=[Required()],
    )
    logo = FileField(N_("Logo (PNG or JPEG)"))
    no_logo = BooleanField(N_("Print no logo"))


def register(bp: Blueprint) -> None:
    """Put the pages on the blueprint of organisations."""
    one = "/<int:organisation_id>"
    bp.add_url_rule(f"{one}/letterhead", view_func=letterhead, methods=["GET", "POST"])
    bp.add_url_rule(f"{one}/logo.png", view_func=logo)


@requires(Permission.BODY_EDIT)
def letterhead(organisation_id: int) -> ResponseReturnValue:
    """Say what the documents of a body bear."""
    body_to_set_up(organisation_id)
    there = letterhead_of(organisation_id)
    form = LetterheadForm(
        data={"language": there.language if there else DocumentLanguage.BILINGUAL}
    )
    if form.validate_on_submit():
        try:
            with transaction():
                set_letterhead(
                    body_by_id(organisation_id),
                    language=form.language.data,
                    logo=form.logo.data.read() if form.logo.data else None,
                    without_logo=form.no_logo.data,
                    actor=current_actor(),
                )
        except BadLogo as error:
            form.refuse("logo", error)
        else:
            flash(gettext(N_("The changes were saved. They hold for new documents.")))
            return redirect(url_for(".show", organisation_id=organisation_id))
        there = letterhead_of(organisation_id)
    return render_template(
        "organisations/letterhead.html",
        body=body_by_id(organisation_id),
        has_logo=bool(there and there.logo_hash),
        form=form,
    )


@requires(Permission.BODY_EDIT)
def logo(organisation_id: int) -> ResponseReturnValue:
    """The logo of a body, as its documents bear it."""
    body_to_set_up(organisation_id)
    there = letterhead_of(organisation_id)
    if there is None or not there.logo_hash:
        raise NotFound
    return Response(picture_called(there.logo_hash), mimetype="image/png")
