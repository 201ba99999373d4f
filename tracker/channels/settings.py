"""The section [[notify]] of config.toml."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from tracker.channels.address import POSTED, channel_name, scheme_of, url_fault
from tracker.channels.rhythm import Rhythm, parse_rhythm
from tracker.channels.secret import key_of
from tracker.channels.template import CHANGE_FIELDS, NOTICE_FIELDS, parse_template
from tracker.model import Field as ArticleField
from tracker.model import Kind


def _channel_address(value: str) -> str:
    if fault := url_fault(value):
        raise ValueError(fault)
    return value


def _host_pattern(value: str) -> str:
    host = value.strip().lower().removesuffix(".")
    if not host.removeprefix("*.") or "*" in host.removeprefix("*.") or {*"/:@ "} & {*host}:
        raise ValueError(f"{value!r} is no host; write www.example.com, or *.example.com for all below it")
    return host


def _rhythm(value: str) -> str:
    parse_rhythm(value)
    return value


def _change_wording(value: str) -> str:
    parse_template(value, CHANGE_FIELDS)
    return value


def _title_wording(value: str) -> str:
    parse_template(value, NOTICE_FIELDS)
    return value


ChannelAddress = Annotated[str, AfterValidator(_channel_address)]
HostPattern = Annotated[str, AfterValidator(_host_pattern)]


class NotifySettings(BaseModel):
    """Where word of a change goes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    url: ChannelAddress = Field(min_length=1, repr=False, description="https://..., smtp://..., or any of Apprise's")
    name: str = Field(default="", max_length=80, description="what it is called, in `status` and the log")
    hosts: tuple[HostPattern, ...] = Field(
        default=(), strict=False, description="only changes of these hosts; *.example.com: all below it, too"
    )
    kinds: tuple[Annotated[Kind, Field(strict=False)], ...] = Field(
        default=(), strict=False, description="only these kinds of change; none: all"
    )
    fields: tuple[Annotated[ArticleField, Field(strict=False)], ...] = Field(
        default=(), strict=False, description="only changes of these fields, such as headline and body"
    )
    min_confidence: float = Field(default=0.0, ge=0, le=1, description="only changes whose kind is so sure")
    digest: Annotated[str, AfterValidator(_rhythm)] = Field(
        default="immediate", description='"immediate", "hourly" or "daily 08:00"'
    )
    secret: str = Field(default="", repr=False, description="webhooks are signed with it")
    title: Annotated[str, AfterValidator(_title_wording)] = Field(default="", description="wording of the first line")
    template: Annotated[str, AfterValidator(_change_wording)] = Field(default="", description="wording of each change")

    @field_validator("secret")
    @classmethod
    def _for_webhooks(cls, value: str, known: ValidationInfo) -> str:
        if value and "url" in known.data and scheme_of(known.data["url"]) not in POSTED:
            raise ValueError("only webhooks (https://...) are signed; leave it out here")
        key_of(value)
        return value

    @property
    def channel(self) -> str:
        """What it is called, here and in the database."""
        return self.name or channel_name(self.url)

    @property
    def rhythm(self) -> Rhythm:
        return parse_rhythm(self.digest)
