"""A time-stamp authority, as pyHanko asks one."""

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from labms.signing.rules import Stamper, StamperAway


class Asking(TimeStamper):
    """Passes a request on, and reads what comes back."""

    def __init__(self, stamper: Stamper) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamper = stamper

    async def async_request_tsa_response(
        self, req: tsp.TimeStampReq
    ) -> tsp.TimeStampResp:
        """Return the answer of the authority. Raises StamperAway."""
        answer = self._stamper(req.dump())
        try:
            read = tsp.TimeStampResp.load(answer)
            status = read["status"]["status"].native
            if status not in {"granted", "granted_with_mods"}:
                raise StamperAway(problem=f"it answered {status}")
            told = read["time_stamp_token"]["content"]["encap_content_info"][
                "content"
            ].parsed
            fits = all(
                told[part].native == req[part].native
                for part in ("nonce", "message_imprint")
            )
        except (ValueError, TypeError, KeyError) as error:
            raise StamperAway(problem="no time stamp in its answer") from error
        if not fits:
            raise StamperAway(problem="a time stamp of something else")
        return read
