"""What can be said against a bind's settings before it is bound: the files and names that they point at."""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers

from channels.smpp.sending.rules_file import RulesError
from channels.smpp.sending.verdicts import Verdicts
from channels.smpp.session.tls import TlsError, client_context, server_context
from workers.settings import BindSettings


def problems(bind: BindSettings) -> Iterator[str]:
    """Sentences, each with the key that is wrong and what would be right; none where all is well."""
    if bind.statuses is not None:
        try:
            Verdicts.load(bind.statuses)
        except RulesError as error:
            yield f"statuses: {error}"
    if bind.country is not None and bind.country not in phonenumbers.SUPPORTED_REGIONS:
        yield f"country: no numbers are known of {bind.country!r}; write it as ISO 3166 has it, such as CN, TZ or PS"
    if bind.outbind_listen and not (bind.outbind_system_id and bind.outbind_password.get_secret_value()):
        yield "outbind_listen: set outbind_system_id and outbind_password too, else anybody may be the SMSC"
    if bind.tls:
        try:
            server_context(bind) if bind.outbind_listen else client_context(bind)
        except TlsError as error:
            yield str(error)
