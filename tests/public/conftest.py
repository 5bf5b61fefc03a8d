from tests.certificates.conftest import issue, reserve, work

__all__ = ["issue", "reserve", "work"]
