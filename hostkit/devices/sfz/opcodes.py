"""Which opcodes sfizz 1.2 takes; it says nothing of the others.

Source: its `Region.cpp`, `Synth.cpp` and `OpcodeCleanup.re`. A `#` stands for a number.
"""

from __future__ import annotations

import re

HEADERS = frozenset({"control", "global", "master", "group", "region", "curve", "effect"})
FILES_OF_EDITORS = frozenset({"image", "image_controls"})
"""They name what an editor draws; nothing of it sounds."""

_MODULATION = re.compile(r"_(on|curve|smooth|step)?cc#$")

_NAMES = """
    sample sample_quality direction count group key lokey hikey lovel hivel lochan hichan lobend
    hibend lobpm hibpm lochanaft hichanaft lopolyaft hipolyaft loprog hiprog lorand hirand
    lotimer hitimer seq_length seq_position trigger rt_decay rt_dead delay delay_random offset
    offset_random end loop_mode loop_start loop_end loop_count loop_crossfade loop_length
    loopmode loopstart loopend off_by off_mode off_time offby offmode polyphony polyphony_group
    note_polyphony note_selfmask output amplitude volume gain global_amplitude global_volume
    master_amplitude master_volume group_amplitude group_volume pan position width amp_keycenter
    amp_keytrack amp_random gain_random amp_veltrack amp_velcurve_# ampeg_depth ampeg_veltodepth
    pitch tune transpose pitch_keycenter pitch_keytrack pitch_random pitch_veltrack bend_up
    bend_down bend_smooth bend_step bendup benddown bendstep sustain_cc sustain_lo sustain_sw
    sostenuto_cc sostenuto_lo sostenuto_sw sw_default sw_down sw_up sw_previous sw_last
    sw_lolast sw_hilast sw_lokey sw_hikey sw_vel sw_label oscillator oscillator_detune
    oscillator_mod_depth oscillator_mode oscillator_multi oscillator_phase oscillator_quality
    xf_cccurve xf_keycurve xf_velcurve xfin_lokey xfin_hikey xfin_lovel xfin_hivel xfout_lokey
    xfout_hikey xfout_lovel xfout_hivel cutoff cutoff# cutoff_chanaft cutoff#_chanaft
    cutoff_polyaft cutoff#_polyaft cutoff_random cutoff#_random resonance resonance# filtype
    fil#type fil_type fil#_type fil_gain fil#_gain fil_keycenter fil#_keycenter fil_keytrack
    fil#_keytrack fil_random fil#_random fil_veltrack fil#_veltrack eq#_bw eq#_freq eq#_gain
    eq#_type eq#_veltofreq eq#_veltogain eq#_vel#freq eq#_vel#gain effect effect# bus fx#tomain
    fx#tomix directtomain type first default_path note_offset octave_offset hint_ram_based
    hint_stealing hint_sustain_cancels_release label_key# image image_controls set_cc# set_hdcc#
    set_realcc# label_cc# curve_index v# eg#_ampeg eg#_dynamic eg#_sustain eg#_level# eg#_shape#
    eg#_time# lfo#_count lfo#_delay lfo#_fade lfo#_freq lfo#_beats lfo#_phase lfo#_steps
    lfo#_step# lfo#_wave lfo#_wave# lfo#_offset lfo#_offset# lfo#_ratio lfo#_ratio# lfo#_scale
    lfo#_scale# eg#_freq_lfo#
"""
_TARGETS = (
    "amplitude",
    "cutoff",
    "cutoff#",
    "eq#bw",
    "eq#freq",
    "eq#gain",
    "fil#gain",
    "pan",
    "pitch",
    "position",
    "resonance",
    "resonance#",
    "volume",
    "width",
)
_OF_V2 = frozenset(f"{source}#_{target}" for source in ("eg", "lfo") for target in _TARGETS)
_STAGES = ("attack", "decay", "delay", "hold", "release", "start", "sustain")
_OF_EGS = frozenset(
    f"{envelope}_{part}"
    for envelope in ("ampeg", "fileg", "pitcheg")
    for part in (
        *(*_STAGES, "dynamic", "depth"),
        *(f"{to}{stage}" for to in ("velto", "vel#") for stage in (*_STAGES, "depth")),
    )
)
_LFO_PARTS = (
    "delay",
    "depth",
    "depthchanaft",
    "depthpolyaft",
    "fade",
    "freq",
    "freqchanaft",
    "freqpolyaft",
    "wave",
)
_OF_LFOS = frozenset(
    f"{lfo}_{part}" for lfo in ("amplfo", "fillfo", "pitchlfo") for part in _LFO_PARTS
)
_BY_CC = frozenset(
    {
        *(f"{bound}{cc}#" for bound in ("lo", "hi") for cc in ("cc", "hdcc", "realcc")),
        *(
            f"{on}_{bound}#"
            for on in ("start", "on")
            for bound in ("locc", "hicc", "lohdcc", "hihdcc")
        ),
        *(f"xf{way}_{bound}cc#" for way in ("in", "out") for bound in ("lo", "hi")),
        *("loop_startcc#", "loop_lengthcc#"),
        *(f"{one}cc#" for one in _OF_EGS | _OF_LFOS),
        *(f"eq#_{part}cc#" for part in ("bw", "freq", "gain")),
    }
)
KNOWN = frozenset(_NAMES.split()) | _OF_V2 | _OF_EGS | _OF_LFOS | _BY_CC

RANDOM = {
    "amp_random": 0.0,
    "gain_random": 0.0,
    "pitch_random": 0.0,
    "delay_random": 0.0,
    "offset_random": 0.0,
    "cutoff_random": 0.0,
    "cutoff#_random": 0.0,
    "fil_random": 0.0,
    "fil#_random": 0.0,
    "lorand": 0.0,
    "hirand": 1.0,
}
"""Opcodes that leave something to chance, unless they have the value here."""
RANDOM_GENERATORS = frozenset({"*noise", "*gnoise"})
_BY_RANDOM_CC = re.compile(
    r"(?!label_|set_)\w*?(?<!_curve)(?<!_smooth)(?<!_step)cc13[56]", re.ASCII
)
"""Controllers 135 and 136 are another number for each note (ARIA, sfizz's `SfzHelpers.h`)."""


def numbered(name: str) -> str:
    """The name with `#` for each number.

    >>> numbered("eg01_time2_oncc74")
    'eg#_time#_oncc#'
    """
    return re.sub(r"[0-9]+", "#", name)


def is_known(name: str) -> bool:
    """Whether sfizz takes an opcode of that name.

    >>> [is_known(name) for name in ("ampeg_release", "cutoff_oncc1", "xfin_locc2", "ampg_attack")]
    [True, True, True, False]
    """
    general = numbered(name)
    return general in KNOWN or _MODULATION.sub("", general) in KNOWN


def is_random(name: str, value: str) -> bool:
    """Whether an opcode with that value makes two renders differ.

    >>> is_random("amp_random", "3"), is_random("amp_random", "0"), is_random("volume", "3")
    (True, False, False)
    >>> is_random("pitch_oncc135", "20"), is_random("pitch_curvecc135", "2")
    (True, False)
    """
    leaves_be = 0.0 if _BY_RANDOM_CC.fullmatch(name) else RANDOM.get(numbered(name))
    if leaves_be is None:
        return False
    try:
        return float(value) != leaves_be
    except ValueError:
        return True
