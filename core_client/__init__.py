"""The way to the operator's ringtone core: its contract, a client for it, and what its answers mean.

`CoreClient` has one method for each thing a portal asks; `CoreReads` is its half that changes nothing.  Each ends in a
value of `answers`, or in an error of the tree in `errors`, each class of which carries the decision whether to call
again, ask, stop or tell.  Result codes are a table in `result_codes.yaml`.  The contract is `contract.wsdl`;
`core_client.sandbox` is a small core that speaks it.  This room knows nothing of the rest of the project: all it needs
comes as arguments.
"""

from core_client.answers import Answer, Bundle, Outcome, Setting, Subscriber, Tone, TransactionState
from core_client.client import CoreClient
from core_client.codes import ResultCodeError, ResultCodes
from core_client.door import Call
from core_client.errors import (
    AccountRefused,
    AnswerLost,
    Busy,
    CoreError,
    Doubtful,
    NotSupported,
    OurMistake,
    Refused,
    Retry,
    Unreachable,
)
from core_client.reads import CoreReads
from core_client.transport import AnswerLostError, HttpReply, HttpTransport, NothingSentError, Transport

__all__ = [
    "AccountRefused",
    "Answer",
    "AnswerLost",
    "AnswerLostError",
    "Bundle",
    "Busy",
    "Call",
    "CoreClient",
    "CoreError",
    "CoreReads",
    "Doubtful",
    "HttpReply",
    "HttpTransport",
    "NotSupported",
    "NothingSentError",
    "OurMistake",
    "Outcome",
    "Refused",
    "ResultCodeError",
    "ResultCodes",
    "Retry",
    "Setting",
    "Subscriber",
    "Tone",
    "TransactionState",
    "Transport",
    "Unreachable",
]
