"""A delivery profile: what one kind of client wants, as it is written in a YAML file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from hostkit.audio.codecs import CODECS, CodecName
from hostkit.audio.formats import FormatName
from hostkit.delivery.names.naming import Spelling, Template
from hostkit.delivery.profiles.sheet import SheetTable
from hostkit.errors import BadValue, RequestError
from hostkit.session.model.fields import (
    GainDb,
    Name,
    OneOrMore,
    SampleRate,
    Text,
    YamlMap,
    written_briefly,
)
from hostkit.session.model.mixes import Mixes

Need = Literal["picture", "cue", "title", "sections", "hits", "tempo", "credits"]
Document = Literal[
    "cue_sheet", "tempo_map", "mix_notes", "click", "hits", "hit_report", "metadata_sheet"
]


class Names(YamlMap):
    """A template for each kind of file; folders are part of it."""

    stem: str = "stems/{part}"
    mix: str = "mixes/{part}"
    document: str = "documents/{part}"
    preview: str = "previews/{part}"
    space: Annotated[str, Field(pattern=r"^[ _-]?$")] = "_"
    ascii: bool = True

    @field_validator("stem", "mix", "document", "preview")
    @classmethod
    def _template(cls, text: str, info: ValidationInfo) -> str:
        try:
            Template(text)
        except RequestError as error:
            raise BadValue(*error.fault.of(info.field_name)) from None
        return text

    def template(self, kind: str) -> Template:
        """The template of a kind of file: stem, mix, document or preview."""
        return Template(getattr(self, kind), Spelling(self.space, self.ascii))


class Stems(YamlMap):
    """Which stems are handed over, and how many the client counts on.

    `count` says it exactly, else `at_least` and `at_most`. Another number fails.
    """

    write: bool = True
    count: int | None = Field(default=None, ge=1, le=64)
    at_least: int | None = Field(default=None, ge=1, le=64)
    at_most: int | None = Field(default=None, ge=1, le=64)

    @field_validator("at_most")
    @classmethod
    def _room_between(cls, at_most: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("at_least")
        if at_most is not None and least is not None and at_most < least:
            raise BadValue(f"at most {at_most} stems and at least {least} cannot both be")
        return at_most

    @property
    def least(self) -> int | None:
        return self.at_least if self.count is None else self.count

    @property
    def most(self) -> int | None:
        return self.at_most if self.count is None else self.count


class Pop(YamlMap):
    """A tone one picture frame long, `before_s` before the first frame of action.

    `level_dbfs` is its peak in the full mix; each stem carries an equal share, so that
    stems sum to the mix from the first sample on.
    """

    before_s: float = Field(default=2, gt=0, le=60)
    level_dbfs: float = Field(default=-20, ge=-60, le=-6)
    hz: float = Field(default=1000, ge=100, le=4000)


class LoudnessTarget(YamlMap):
    """What the mixes `of` have to measure; stems have no target."""

    integrated_lufs: float = Field(ge=-60, le=0)
    tolerance_lu: float = Field(default=0.5, ge=0, le=10)
    of: Annotated[list[Name], *OneOrMore] = ["full"]


class ProfileSting(YamlMap):
    """A sting from the last section, as long as it rings, up to `max_s`."""

    max_s: float = Field(default=5, gt=0, le=60)


class Previews(YamlMap):
    """A lossy copy of each mix, to listen to: tagged, and named by `names: {preview: …}`.

    `kbps` unless given: 320 of MP3, 160 of Opus.
    """

    codec: CodecName
    kbps: int | None = Field(default=None, ge=32, le=320)

    @property
    def bit_rate_kbps(self) -> int:
        return self.kbps or CODECS[self.codec].kbps


def _codec_alone(value: Any) -> Any:
    if isinstance(value, str):
        return {"codec": value}
    if value is not None and not isinstance(value, (dict, Previews)):
        codecs = " or ".join(map(repr, CODECS))
        raise BadValue(f"'previews' should be {codecs}, or a map; it is {written_briefly(value)}")
    return value


class Profile(YamlMap):
    """What is delivered, under which names, in which format, within which limits.

    `mixes` are written as in a session. `cuts_s` become cut_60, cut_30 … of the session's
    own sections, `loops` loop_NAME of every section; with `loop_stems` each of these has
    stems of its own, the layers of an adaptive score. `one_shots` are each hit and each rise, of
    the tracks that the hit names or those tagged fx. `gain_db` is added to the session's.
    `needs` are the parts a session must have; what else it lacks is left out and said.
    """

    hostkit_profile: Literal[1]
    about: Text = ""
    extends: Name | None = None
    mixes: Mixes = {}
    session_mixes: bool = True
    cuts_s: list[Annotated[float, Field(gt=0, le=3600)]] = []
    loops: bool = False
    loop_stems: bool = False
    sting: ProfileSting | None = None
    one_shots: bool = False
    stems: Stems = Stems.model_construct()
    names: Names = Names.model_construct()
    format: FormatName | None = None
    container: Literal["wav", "flac"] = "wav"
    sample_rate: SampleRate | None = None
    gain_db: GainDb = 0.0
    previews: (
        Annotated[
            Previews, BeforeValidator(_codec_alone, json_schema_input_type=Previews | CodecName)
        ]
        | None
    ) = None
    pre_roll_s: float = Field(default=0, ge=0, le=600)
    pop: Pop | None = None
    true_peak_dbtp: float | None = Field(default=None, ge=-20, le=0)
    loudness: LoudnessTarget | None = None
    needs: Annotated[list[Need], *OneOrMore] = []
    documents: Annotated[list[Document], *OneOrMore] = []
    metadata_sheet: Annotated[SheetTable | None, Field(validate_default=True)] = None

    @field_validator("pop")
    @classmethod
    def _room_for_pop(cls, pop: Pop | None, info: ValidationInfo) -> Pop | None:
        pre_roll_s = info.data.get("pre_roll_s", 0)
        if pop is not None and pre_roll_s < pop.before_s:
            raise BadValue(
                f"a pop {pop.before_s:g} s before picture needs as much pre_roll_s; "
                f"it is {pre_roll_s:g}"
            )
        return pop

    @field_validator("metadata_sheet")
    @classmethod
    def _has_a_table(cls, sheet: SheetTable | None, info: ValidationInfo) -> SheetTable | None:
        if sheet is None and "metadata_sheet" in info.data.get("documents", ()):
            raise BadValue(
                "a metadata sheet is asked for, and nothing says what is in it",
                cure="write metadata_sheet: {columns: […]}, or extends: library-harvest",
            )
        return sheet

    @field_validator("container")
    @classmethod
    def _holds_format(cls, container: str, info: ValidationInfo) -> str:
        if container == "flac" and info.data.get("format") == "float32":
            raise BadValue("FLAC holds pcm16 and pcm24 only", cure="choose one of them, or wav")
        return container


PLAIN = Profile.model_construct(hostkit_profile=1)
"""What is delivered without a profile: stems and mixes under their own names."""
