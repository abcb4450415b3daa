"""What an answer tells of the inside of a provider: stack traces, SQL, errors of a database, paths of files."""

import re

from contracthub.verification.policies.rules import Exchanged

_ADDRESS = "an address with a password"
_TRACE, _SQL, _DATABASE = "a stack trace", "an SQL statement", "an error of its database"
_PATH = "a path of its file system"
# All repetitions have bounds: what is searched comes from outside.
_LEAKS = (
    (_TRACE, re.compile(r'Traceback \(most recent call last\)|File "[^"\n]{1,300}", line \d')),
    (_TRACE, re.compile(r"\bat [\w.$<>]{3,200}\([\w.]{1,100}\.(?:java|kt|scala|groovy):\d")),
    (_TRACE, re.compile(r"\bat [^\n]{1,200} \(?(?:/|file:|node:|[A-Z]:\\)[^\n]{1,200}:\d")),
    (_TRACE, re.compile(r"goroutine \d{1,9} \[|\.(?:rb|php|go|cs):(?:line )?\d|panicked at ")),
    (_SQL, re.compile(r"\bSELECT\b[^;]{1,300}\bFROM\s|\b(?:INSERT INTO|DELETE FROM)\s\w")),
    (_SQL, re.compile(r"(?i)\bselect\b[^;]{1,300}\bfrom\s\S{1,100}\s(?:where|join|limit)\b")),
    (_DATABASE, re.compile(r"SQLSTATE|ORA-\d{5}|sqlite3?\.\w{0,40}Error|psycopg\d?\.")),
    (_DATABASE, re.compile(r"syntax error at or near|You have an error in your SQL syntax")),
    (_PATH, re.compile(r"(?<![\w/:.])/(?:home|usr|var|opt|srv|etc)/[\w.-]{1,100}/[\w.-]")),
    (_PATH, re.compile(r"(?<![\w:./-])/[\w./-]{1,200}\.(?:py|js|ts|rb|php|go|java|kt|cs|rs)\b")),
    (_ADDRESS, re.compile(r"\b[A-Za-z][\w+.-]{1,30}://[^\s:/@\"']{0,100}:[^\s/@\"']{1,200}@")),
    (_PATH, re.compile(r"\b[A-Z]:\\[\w .-]{1,100}\\[\w.-]")),
)
_READ = 64 * 1024


def leak_in(by: Exchanged) -> str:
    """What of the inside an answer shows; empty for nothing. The path that was asked for is no secret."""
    text = by.answer.body[:_READ].decode("utf-8", "replace")
    # JSON has paths and lines escaped.
    text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    if len(by.call.path) > 1:
        text = re.sub(rf"[^\s\"']{{0,200}}{re.escape(by.call.path)}", "", text)
    return next((what for what, pattern in _LEAKS if pattern.search(text)), "")
