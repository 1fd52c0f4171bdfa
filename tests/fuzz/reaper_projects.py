"""REAPER projects, small and valid, with what people's have; damaged by bytes, lines, words."""

from __future__ import annotations

import random
from pathlib import Path

import mutate

from hostkit.exchange.reaper.reading.project import read_reaper
from hostkit.exchange.reaper.writing.project import to_reaper

_HEAD = "bWNlcu5e7f4CAAAAAQAAAAAAAAACAAAAAAAAAAIAAAABAAAAAAAAAAIAAAAAAAAA"
_CLASS_ID = "2046504473616C636B654E4400000000"
PROJECTS = (
    f"""<REAPER_PROJECT 0.1 "6.83/win64" 1700000000
  <NOTES 0 2
    |a cue
  >
  SAMPLERATE 48000 0 0
  TEMPO 92.5 3 4
  TITLE 'the "cue"'
  MASTER_VOLUME 0.8 0 -1 -1 1
  <TEMPOENVEX
    ACT 1 -1
    PT 0 92.5 0 262147
    PT 4.5 120 1
    PT 9 60 1 524294
  >
  MARKER 1 0 "A part" 1 16810239 1 R
  MARKER 1 8 "" 1
  MARKER 2 3.5 door 0
  <MASTERFXLIST
    <JS utility/volume ""
      0 - -
    >
  >
  <TRACK {{0}}
    NAME strings
    ISBUS 1 1
    VOLPAN 0.5 -0.3 -1 -1 1
    MUTESOLO 0 1 0
    <VOLENV2
      ACT 1 -1
      PT 0 1 0
      PT 2 0.5 5 0 1 0 0.5
      PT 4 0.25 1
    >
  >
  <TRACK {{1}}
    NAME `it's "so"`
    PEAKCOL 16810239
    ISBUS 2 -1
    NCHAN 4
    AUXRECV 2 3 0.5 -0.2 0 0 0 0 0 -1:U 0 -1 ''
    <AUXVOLENV
      ACT 1
      PT 0 1 0
      PT 3 0 0
    >
    AUXRECV 0 0 1 0 0 0 0 2 0 -1:U 0 -1 ''
    MAINSEND 0 0
    <FXCHAIN
      BYPASS 0 0 0
      <VST "VST3i: Nekobi (Sean Bolton, falkTX) (16 out)" Nekobi.vst3 0 "" 0{{{_CLASS_ID}}} ""
        {_HEAD}DAAAAAEAAAAAABAA
        BAAAAAEAAABzdGF0AAAAAAAAAAA=
        AAAQAAAA
      >
      FXID {{2}}
      <PARMENV 3:12 0 1 0.5 "cutoff / Nekobi"
        ACT 1 -1
        PT 0 0.2 0
        PT 4 0.9 0
      >
      WAK 0 0
      <CONTAINER Container "two"
        <VST "VST: ReaComp (Cockos)" reacomp.dll 0 "" 1919247213<56> ""
          {_HEAD}AAAAAAEAAAAAABAA
        >
        <JS hostkit/reverb '{{"room_size": 0.9}}'
        >
      >
      <AU "AU: AULowpass (Apple)" "Apple: AULowpass" "" 1635083896 1819304307 1634758764
        6QMAAAAAAAACAAAAAQ==
      >
    >
    <ITEM
      POSITION 0.75
      LENGTH 6
      LOOP 1
      SOFFS 0 0.5
      PLAYRATE 1.25 1 0 -1
      <SOURCE MIDI
        HASDATA 1 960 QN
        POOLEDEVTS {{3}}
        E 0 90 3c 60
        e 480 80 3c 40
        <X 0 0
          /wNhYmM=
        >
        Em 0 90 3e 60
        E 240 b0 40 7f
        E 240 e0 00 40
        E 960 b0 7b 00
      >
    >
  >
  <TRACK {{4}}
    NAME takes
    ISBUS 0 0
    <FREEZE 2
      <ITEM
        POSITION 1
        LENGTH 2
        FADEIN 1 0.1 0.2 1 0 0
        FADEOUT 1 0.1 0 1 0 0
        VOLPAN 0.7 0.1 -1 -1
        CHANMODE 4
        SM 0 0 + 1 2
        <SOURCE SECTION
          STARTPOS 0.5
          <SOURCE WAVE
            FILE "..\\takes\\short.wav"
          >
        >
        TAKE SEL
        NAME two
        TAKEVOLPAN 0 -0.5 -1
        SOFFS 0.25
        <SOURCE WAVE
          FILE short.wav
        >
      >
    >
  >
>
""".encode(),
    '<REAPER_PROJECT 0.1 "4.78" 1\r\n  TEMPO 120 4 4\r\n  <TRACK\r\n    NAME "größe"\r\n'
    "    AUXRECV 1 0 1 0 0\r\n  >\r\n  <TRACK\r\n    NAME b\r\n    AUXRECV 0 0 1 0 0\r\n"
    "    AUXRECV 1 0 1 0 0\r\n  >\r\n>\r\n".encode("cp1252"),
)


def damaged(chance: random.Random) -> bytes:
    """A project with bytes changed, or lines, or words."""
    data = chance.choice(PROJECTS)
    if chance.random() < 0.4:
        return mutate.raw(data, chance)
    lines = data.split(b"\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        act = chance.randrange(5)
        if act == 0:
            del lines[at]
        elif act == 1:
            lines[at:at] = lines[at : at + chance.randint(1, 20)] * chance.choice((1, 2, 50))
        elif act == 2:
            lines[at] = lines[chance.randrange(len(lines))]
        else:
            words = lines[at].split(b" ")
            hostile = str(chance.choice(mutate.HOSTILE)).encode("utf-8", "surrogatepass")
            words[chance.randrange(len(words))] = hostile
            lines[at] = b" ".join(words)
        lines = lines or [b""]
    return b"\n".join(lines)


def read_and_write(path: Path) -> object:
    """What is read can be written, too."""
    project = read_reaper(path)
    data, losses = to_reaper(project, path.parent)
    return len(data), [str(loss) for loss in (*project.losses, *losses)]
