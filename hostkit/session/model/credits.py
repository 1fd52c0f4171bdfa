"""Who wrote and who publishes the music, as a cue sheet says it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hostkit.errors import BadValue
from hostkit.session.model.fields import Text, YamlMap


class Share(YamlMap):
    """Who wrote or publishes a part of the music, as collecting societies know them."""

    name: Text
    society: Text | None = None
    ipi: Annotated[Text, Field(pattern=r"^[0-9.]{1,14}$")] | None = None
    share_percent: float = Field(default=100, ge=0, le=100)


class Credits(YamlMap):
    """What a cue sheet says of the cue besides its timing."""

    production: Text | None = None
    episode: Text | None = None
    air_date: Annotated[Text, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    usage: Literal["main title", "end title", "theme", "visual", "background"] = "background"
    composers: list[Share] = Field(default=[], max_length=100)
    publishers: list[Share] = Field(default=[], max_length=100)

    @model_validator(mode="after")
    def _whole(self) -> Credits:
        for role, shares in (("composers", self.composers), ("publishers", self.publishers)):
            total = sum(share.share_percent for share in shares)
            if shares and abs(total - 100) > 0.011:  # thirds are written 33.33
                raise BadValue(f"the shares of the {role} make {total:g} percent, not 100")
        return self
