"""Many who take a number at once get different ones, and none is left out."""

from threading import Thread

import pytest

from labms.app import create_app
from labms.db import Model, db, scoped, transaction
from labms.organisations.numbering import next_number
from labms.organisations.rules import NumberKind
from labms.policy import EVERYTHING
from labms.settings import Settings
from tests.databases import an_empty_database
from tests.factories import Make
from tests.world import lay_the_ground


@pytest.mark.long
def test_eight_at_once_take_forty_numbers_and_none_twice(tmp_path):
    taken: list[int] = []

    with an_empty_database(tmp_path) as address:
        app = create_app(
            Settings(
                instance=tmp_path,
                secret_key="0" * 40,
                database_url=address,
                public_url="https://kiemdinh.example.vn",
            )
        )
        with app.app_context(), scoped(EVERYTHING):
            Model.metadata.create_all(db.engine)
            lay_the_ground()
            body_id = Make().body().id
            db.session.remove()

        def take_five() -> None:
            for _ in range(5):
                with app.app_context(), scoped(EVERYTHING), transaction():
                    taken.append(
                        next_number(body_id, NumberKind.CERTIFICATE, year=2031)[0]
                    )

        threads = [Thread(target=take_five) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with app.app_context():
            db.engine.dispose()

    assert sorted(taken) == list(range(1, 41))
