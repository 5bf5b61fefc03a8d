"""What stops an operator, in the operator's words."""

from labms.errors import Conflict, Invalid, NotFound, Unavailable
from labms.i18n import N_


class InstanceExists(Conflict):
    """Something is there already, and would be written over."""

    code = "operations.instance_exists"
    message = N_("{place} is not empty. Choose another folder.")


class NotADemo(Conflict):
    """The instance is a real one."""

    code = "operations.not_a_demo"
    message = N_("{place} is not a demo. Serve it with: labms serve")


class DatabaseNotEmpty(Conflict):
    """The database that was named holds tables already."""

    code = "operations.database_not_empty"
    message = N_("The database has tables already. Name an empty one.")


class PortTaken(Conflict):
    """Another program listens there already."""

    code = "operations.port_taken"
    message = N_("Port {port} cannot be used ({problem}). Choose another: --port N")


class SchemaOutdated(Conflict):
    """The tables are of another version than the program."""

    code = "operations.schema_outdated"
    message = N_(
        "The tables are of version {found}, the program needs {needed}. "
        "Make a backup, then run: labms upgrade"
    )


class BackupDamaged(Invalid):
    """The file is not a whole backup."""

    code = "operations.backup_damaged"
    message = N_("This is not a whole backup: {problem}")


class BackupTooNew(Invalid):
    """The backup was made by a newer program."""

    code = "operations.backup_too_new"
    message = N_("The backup is of version {version}. Install that version first.")


class BackupExists(Conflict):
    """There is a file of that name."""

    code = "operations.backup_exists"
    message = N_("{place} is there already. Backups are never written over.")


class FilesMissing(Unavailable):
    """Rows name files that are not there, so a backup would not be whole."""

    code = "operations.files_missing"
    message = N_("Files that rows name are missing or damaged: {files}")


class LogExists(Conflict):
    """There is something of that name."""

    code = "operations.log_exists"
    message = N_("{place} is there already. A log is never written over it.")


class NotRestored(Conflict):
    """Nothing waits for a confirmation of numbers."""

    code = "operations.not_restored"
    message = N_("This instance was not restored, or its numbers are confirmed.")


class SeriesUnconfirmed(Invalid):
    """The operator must say how far each series has got outside."""

    code = "operations.series_unconfirmed"
    message = N_("Say the highest number known outside for: {series}")


class NoSuchSeries(NotFound):
    """There is no such body or kind of number."""

    code = "operations.no_such_series"
    message = N_("There is no series {series}. Write CODE:KIND:YEAR=NUMBER.")
