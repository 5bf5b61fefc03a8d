"""Who acts in a command: somebody with an account that is switched on."""

import pytest
from click.testing import CliRunner

from labms.accounts.queries import person_called
from labms.accounts.rules import NobodySignsIn
from labms.demand import cli as demand
from labms.indicators import frozen_cli
from labms.policy import Role


@pytest.fixture
def gone(make):
    """A manager who left: the account is switched off."""
    return make.user(Role.MANAGER, is_active=False).login


def test_an_account_that_is_switched_off_acts_no_more(gone):
    with pytest.raises(NobodySignsIn, match=gone):
        person_called(gone)


@pytest.mark.parametrize(
    "command",
    [
        (frozen_cli.group, "freeze", "Báo cáo", "--as"),
        (demand.group, "import", __file__, "--as"),
    ],
    ids=["freeze", "import"],
)
def test_no_command_freezes_or_enters_in_its_name(gone, command):
    group, *arguments = command

    answer = CliRunner().invoke(group, [*arguments, gone])

    assert isinstance(answer.exception, NobodySignsIn)
