"""The schema of DAWproject 1.0, made from its published description (github.com/bitwig/dawproject).

Each row is a type: its name, what it extends, its children in their order (`?` may be missing,
`*` any number, `+` at least one, `a|b` one of them, `CONTENT` any timeline), and its attributes
(`!` must be there).
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

TIMELINES = "Timeline Lanes Notes Clips ClipSlot markers Warps Audio Video Points"
DEVICES = (
    "Device Vst2Plugin Vst3Plugin ClapPlugin BuiltinDevice Equalizer Compressor NoiseGate "
    "Limiter AuPlugin"
)
PARAMETERS = (
    "parameter RealParameter BoolParameter IntegerParameter EnumParameter TimeSignatureParameter"
)
POINTS = "Point RealPoint EnumPoint BoolPoint IntegerPoint TimeSignaturePoint"

ENUMS = {
    "unit": "linear normalized percent decibel hertz semitones seconds beats bpm",
    "timeUnit": "beats seconds",
    "deviceRole": "instrument noteFX audioFX analyzer",
    "eqBandType": "highPass lowPass bandPass highShelf lowShelf bell notch",
    "mixerRole": "regular master effect submix vca",
    "sendType": "pre post",
    "contentType": "audio automation notes video markers tracks",
    "interpolation": "hold linear",
    "expressionType": (
        "gain pan transpose timbre formant pressure channelController channelPressure "
        "polyPressure pitchBend programChange"
    ),
}

TYPES = """
nameable            |            |  | name color comment
referenceable       | nameable   |  | id:ID
parameter           | referenceable |  | parameterID:int
realParameter       | parameter  |  | max min unit!:unit value
boolParameter       | parameter  |  | value:boolean
integerParameter    | parameter  |  | max:int min:int value:int
enumParameter       | parameter  |  | count!:int labels value:int
timeSignatureParameter | parameter |  | denominator!:int numerator!:int
lane                | referenceable |  |
timeline            | referenceable |  | timeUnit:timeUnit track:IDREF
project  |  | Application=application Transport=transport? Structure=structure? Arrangement? \
Scenes=scenes? | version!
application         |            |  | name! version!
transport           |            | Tempo=realParameter? TimeSignature=timeSignatureParameter? |
structure           |            | (Track|Channel)* |
scenes              |            | Scene* |
scene               | referenceable | CONTENT |
track               | lane       | Channel? Track* | contentType:contentTypes loaded:boolean
channel  | lane | Devices=devices? Mute=boolParameter? Pan=realParameter? Sends=sends? \
Volume=realParameter? | audioChannels:int destination:IDREF role:mixerRole solo:boolean
devices             |            | DEVICES* |
sends               |            | Send=send* |
send  | referenceable | Enable=boolParameter? Pan=realParameter? Volume=realParameter \
| destination:IDREF type:sendType
device  | referenceable | Parameters=parameters? Enabled=boolParameter? State=fileReference? \
| deviceID deviceName! deviceRole!:deviceRole deviceVendor loaded:boolean
parameters          |            | PARAMETERS* |
fileReference       |            |  | path! external:boolean
plugin              | device     |  | pluginVersion
vst2Plugin          | plugin     |  |
vst3Plugin          | plugin     |  |
clapPlugin          | plugin     |  |
auPlugin            | plugin     |  |
builtinDevice       | device     |  |
equalizer  | builtinDevice | Band=eqBand* InputGain=realParameter? OutputGain=realParameter? |
eqBand  |  | Freq=realParameter Gain=realParameter? Q=realParameter? Enabled=boolParameter? \
| type!:eqBandType order:int
compressor  | builtinDevice | Attack=realParameter? AutoMakeup=boolParameter? \
InputGain=realParameter? OutputGain=realParameter? Ratio=realParameter? Release=realParameter? \
Threshold=realParameter? |
noiseGate  | builtinDevice | Attack=realParameter? Range=realParameter? Ratio=realParameter? \
Release=realParameter? Threshold=realParameter? |
limiter  | builtinDevice | Attack=realParameter? InputGain=realParameter? \
OutputGain=realParameter? Release=realParameter? Threshold=realParameter? |
arrangement  | referenceable | Lanes? Markers=markers? TempoAutomation=points? \
TimeSignatureAutomation=points? |
lanes               | timeline   | CONTENT* |
notes               | timeline   | Note* |
note  |  | CONTENT? | time! duration! channel!:int key!:int vel rel
clips               | timeline   | Clip* |
clip  | nameable | CONTENT? | time!:double duration:double contentTimeUnit:timeUnit \
playStart:double playStop:double loopStart:double loopEnd:double fadeTimeUnit:timeUnit \
fadeInTime:double fadeOutTime:double enable:boolean reference:IDREF
clipSlot            | timeline   | Clip? | hasStop:boolean
marker              | nameable   |  | time!:double
markers             | timeline   | Marker+ |
warps               | timeline   | CONTENT Warp+ | contentTimeUnit!:timeUnit
warp                |            |  | time!:double contentTime!:double
mediaFile           | timeline   | File=fileReference | duration!:double
audio               | mediaFile  |  | algorithm channels!:int sampleRate!:int
video               | mediaFile  |  | algorithm channels!:int sampleRate!:int
points              | timeline   | Target=automationTarget POINTS* | unit:unit
automationTarget  |  |  | parameter:IDREF expression:expressionType channel:int key:int \
controller:int
point               |            |  | time!
realPoint           | point      |  | value! interpolation:interpolation
enumPoint           | point      |  | value!:int
boolPoint           | point      |  | value!:boolean
integerPoint        | point      |  | value!:int
timeSignaturePoint  | point      |  | numerator!:int denominator!:int
"""

GROUPS = {
    "CONTENT": TIMELINES.split(),
    "DEVICES": DEVICES.split(),
    "PARAMETERS": PARAMETERS.split(),
    "POINTS": POINTS.split(),
    "(Track|Channel)": ["Track", "Channel"],
}
GLOBAL = [
    "Arrangement Channel Clip Lanes Marker Note Project Scene Track Warp",
    TIMELINES,
    DEVICES,
    PARAMETERS,
    POINTS,
]
_TIMES = {"?": ("0", "1"), "*": ("0", "unbounded"), "+": ("1", "unbounded"), "": ("1", "1")}


def schema() -> bytes:
    """The XML Schema."""
    elements = sorted({name for line in GLOBAL for name in line.split()})
    known = {row.split("|")[0].strip() for row in _rows()}
    lines = ['<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">']
    for name in elements:
        type_ = name[0].lower() + name[1:]
        assert type_ in known, name
        lines.append(f'<xs:element name="{name}" type="{type_}"/>')
    for name, values in ENUMS.items():
        said = "".join(f"<xs:enumeration value={quoteattr(v)}/>" for v in values.split())
        lines.append(
            f'<xs:simpleType name="{name}"><xs:restriction base="xs:string">{said}'
            "</xs:restriction></xs:simpleType>"
        )
    lines.append(
        '<xs:simpleType name="contentTypes"><xs:list itemType="contentType"/></xs:simpleType>'
    )
    lines += [_type(*(cell.strip() for cell in row.split(" | "))) for row in _rows()]
    return "\n".join([*lines, "</xs:schema>"]).encode()


def _rows() -> list[str]:
    joined = TYPES.replace("\\\n", "").strip().split("\n")
    return [" | ".join(cell.strip() for cell in _cells(row)) for row in joined]


def _cells(row: str) -> list[str]:
    return row.replace("(Track|Channel)", "(Track/Channel)").split("|")


def _type(name: str, base: str, children: str, attributes: str = "") -> str:
    inside = f"<xs:sequence>{''.join(map(_child, children.split()))}</xs:sequence>"
    inside += "".join(map(_attribute, attributes.split()))
    if base:
        inside = (
            f'<xs:complexContent><xs:extension base="{base}">{inside}</xs:extension>'
            "</xs:complexContent>"
        )
    return f'<xs:complexType name="{name}">{inside}</xs:complexType>'


def _child(said: str) -> str:
    said = said.replace("(Track/Channel)", "(Track|Channel)")
    name, often = (said[:-1], said[-1]) if said[-1] in "?*+" else (said, "")
    least, most = _TIMES[often]
    times = f'minOccurs="{least}" maxOccurs="{most}"'
    if name in GROUPS:
        choices = "".join(f'<xs:element ref="{one}"/>' for one in GROUPS[name])
        return f"<xs:choice {times}>{choices}</xs:choice>"
    if "=" in name:
        element, type_ = name.split("=")
        return f'<xs:element name="{element}" type="{type_}" {times}/>'
    return f'<xs:element ref="{name}" {times}/>'


def _attribute(said: str) -> str:
    name, _, type_ = said.partition(":")
    use = ' use="required"' if name.endswith("!") else ""
    kind = type_ if type_ in (*ENUMS, "contentTypes") else f"xs:{type_ or 'string'}"
    return f'<xs:attribute name="{name.rstrip("!")}" type="{kind}"{use}/>'
