"""What a [[notify]] section may say: an address, when notices leave, and how they are worded. All of it can be judged
by reading it, so that faults are told with the configuration's others."""

from tracker.channels.address import MAILED, POSTED, MailAddress, channel_name, mail_address, url_fault
from tracker.channels.rhythm import IMMEDIATE, Every, Rhythm, due_at, parse_rhythm
from tracker.channels.secret import key_of
from tracker.channels.template import CHANGE_FIELDS, NOTICE_FIELDS, Template, parse_template

__all__ = [
    "CHANGE_FIELDS",
    "IMMEDIATE",
    "MAILED",
    "NOTICE_FIELDS",
    "POSTED",
    "Every",
    "MailAddress",
    "Rhythm",
    "Template",
    "channel_name",
    "due_at",
    "key_of",
    "mail_address",
    "parse_rhythm",
    "parse_template",
    "url_fault",
]
