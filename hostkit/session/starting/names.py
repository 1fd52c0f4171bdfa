"""How scores, sequencers and sample libraries call their parts: one table, no branches.

English, German, Italian and French names, full and abbreviated, then the words of libraries
and synthesisers, and a few of other scripts. A row is a sound and its spellings, separated by
`|`. Case, accents, numbers and plural s do not matter; a dot in a spelling stands for a space
or for nothing: `c.a.` is found in "C. A." and in "CA". The names of General MIDI are added.
"""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.midi.general import DRUM_KITS_BANK, PROGRAMS


@dataclass(frozen=True)
class Sound:
    """A program (0…127) of a SoundFont's bank; bank 128 has the drum kits."""

    program: int
    bank: int = 0

    @property
    def is_drums(self) -> bool:
        return self.bank == DRUM_KITS_BANK

    @property
    def name(self) -> str:
        return "drums" if self.is_drums else PROGRAMS[self.program].name


@dataclass(frozen=True)
class Row:
    """A sound and what it is called. `solo` is its sound for a soloist where that differs.

    `desks` says where the strings sit that are called so: a key of `seats.DESKS`.
    `weak` rows name a group or a manner: any other row that fits a name comes before them.
    """

    sound: Sound
    spellings: str
    solo: Sound | None = None
    weak: bool = False
    desks: str = ""


_KIT = Sound(0, DRUM_KITS_BANK)
_SECTION = Sound(48)
TREMOLO, PIZZICATO, MUTED_TRUMPET = Sound(44), Sound(45), Sound(59)
CHOIR, OOHS = Sound(52), Sound(53)

ROWS: tuple[Row, ...] = (
    # strings
    Row(_SECTION, "violin|violine|violinen|vln|vl|vn|vni|vlns|geige|geigen|violino|violini|violon|"
        "1st violin|2nd violin|violins 1|erste geigen|zweite geigen", Sound(40), desks="violins"),
    Row(_SECTION, "viola|violen|viole|vla|vle|va|bratsche|bratschen|br|altos", Sound(41),
        desks="violas"),
    Row(_SECTION, "cello|celli|violoncello|violoncelli|violoncelle|vc|vlc|vcl|vcs|violoncellos",
        Sound(42), desks="cellos"),
    Row(Sound(43), "contrabass|contrabasses|double bass|double basses|string bass|string basses|"
        "basses|cb|kb|d.b.|kontrabass|kontrabasse|kontrabaesse|contrabbasso|contrabbassi|"
        "contrebasse|ctrb|kbs|cbs|upright bass|violone|contra bass|contra basses|contrabasso|"
        "contrabassi|ctrabasso|ctrabassi|ctrabbasso|ctrabbassi|c.basso|c.bassi|c.b.|ctb|contrab|"
        "contrabb|kontrab|contreb|c.bass|k.bass|d bass|dbl bass|dble bass", desks="basses"),
    Row(PIZZICATO, "pizz|pizzicato|pizzicati", weak=True),
    Row(TREMOLO, "trem|tremolo|tremoli", weak=True),
    Row(_SECTION, "strings|string|str|strgs|stgs|strs|streicher|archi|cordes|orchestra|orchester|"
        "orch|spicc|spiccato|col legno|sordino strings|high strings|low strings", weak=True),
    # woodwinds
    Row(Sound(72), "piccolo|picc|pic|piccolo flute|ottavino|ott|petite flute|kleine flote|"
        "kleine floete|kl fl|pikkolo|piccoloflote|piccolos"),
    Row(Sound(73), "flute|fl|flt|flote|flota|floete|floten|floeten|flauto|flauti|alto flute|"
        "altflote|a.fl.|bass flute|contrabass flute|cb fl|fls|gr fl|querflote"),
    Row(Sound(68), "oboe|ob|oboi|oboen|hautbois|htb|hb|hoboe|oboe d amore"),
    Row(Sound(69), "english horn|english horns|e.h.|eng hn|engl hn|engl horn|cor anglais|c.a.|"
        "cors anglais|englischhorn|engl hr|corno inglese|corni inglesi|c.ingl."),
    Row(Sound(71), "clarinet|cl|clar|klarinette|klarinetten|klar|kl|clarinetto|clarinetti|"
        "clarinette|bass clarinet|b.cl.|bkl|b.kl.|bassklarinette|clarinetto basso|bs cl|"
        "clarinette basse|contrabass clarinet|contra alto clarinet|c.b.cl.|cb cl|cb clar|"
        "cbass clar|k.b.kl.|kb kl|e flat clarinet|basset horn|bassetthorn|cl basse|cls|clarone"),
    Row(Sound(70), "bassoon|bsn|bn|bssn|fagott|fagotte|fagotti|fagotto|fg|fag|basson|"
        "contrabassoon|contra bassoon|cbsn|c.bsn.|cbn|c.bn.|double bassoon|kontrafagott|kfg|"
        "k.fg.|contrafagotto|controfagotto|cfg|c.fg.|contrebasson|cbssn|k.fag.|kontrafag|kontraf|"
        "c.fag.|contrafag|contraf|controfag|ctrfag|ctr fag|contrabsn|contrabn|c.bon|contrebn|"
        "dbl bsn"),
    Row(Sound(65), "sax|saxophone|saxophon|alto sax|sassofono|saxofono|a.sax.|altsaxophon"),
    Row(Sound(64), "soprano sax|soprano saxophone|s.sax.|sopransaxophon"),
    Row(Sound(66), "tenor sax|tenor saxophone|t.sax.|tenorsaxophon"),
    Row(Sound(67), "baritone sax|baritone saxophone|bari sax|b.sax.|baritonsaxophon|"
        "contrabass sax|contrabass saxophone|kontrabasssaxophon"),
    Row(Sound(74), "recorder|blockflote|blockfloete|flauto dolce|flute a bec|rec"),
    Row(Sound(75), "pan flute|panflote|panpipes|pan pipes"),
    Row(Sound(77), "shakuhachi"),
    Row(Sound(78), "tin whistle|whistle"),
    Row(Sound(79), "ocarina|okarina"),
    Row(Sound(111), "duduk|shawm|zurna|schalmei"),
    Row(Sound(73), "woodwind|woodwinds|wind|winds|ww|holz|holzblaser|legni|bois", weak=True),
    # brass
    Row(Sound(60), "horn|hn|hrn|hr|hns|hornen|horner|hoerner|french horn|f.hn.|f hrn|f horn|corno|"
        "corni|cor|cors|waldhorn|horn in f|wagner tuba|wagnertuba|cor in f"),
    Row(Sound(56), "trumpet|tpt|trp|trpt|tp|tr|trump|trompete|trompeten|tromba|trombe|trompette|"
        "cornet|cnt|kornett|cornetto|flugelhorn|flugel|fluegelhorn|flghn|bass trumpet|"
        "basstrompete|piccolo trumpet|tpts"),
    Row(Sound(57), "trombone|tbn|trb|trbn|tb|posaune|posaunen|pos|tromboni|bass trombone|b.tbn.|"
        "bassposaune|bs tbn|b.trb.|tenorposaune|trombone basso|trombone basse|euphonium|euph|"
        "baritone|bar t c|tbns|bone|bass bone|tenor trombone|contrabass trombone|c.b.tbn.|cb tbn|"
        "k.b.pos.|kb pos"),
    Row(Sound(58), "tuba|tba|tu|tuben|basstuba|bass tuba|cimbasso|contrabass tuba|"
        "kontrabasstuba|sousaphone|cb tuba|cbtuba|kb tuba|kbtuba"),
    Row(MUTED_TRUMPET, "muted trumpet|harmon mute"),
    Row(Sound(61), "brass|brs|brass section|blech|blechblaser|ottoni|cuivres|low brass|high brass",
        weak=True),
    Row(Sound(62), "braam|braams|synth brass", weak=True),
    # keys, plucked, tuned percussion
    Row(Sound(0), "piano|pno|pf|klavier|klav|pianoforte|grand piano|flugel piano|upright piano|"
        "left hand|right hand|l.h.|r.h.|linke hand|rechte hand|keys|keyboard|kbd"),
    Row(Sound(4), "electric piano|e piano|epiano|rhodes|wurlitzer|wurli|e.p.|e pno"),
    Row(Sound(6), "harpsichord|hpschd|hpd|hpsd|cembalo|cemb|clavicembalo|clavecin"),
    Row(Sound(7), "clavinet|clavi|clav"),
    Row(Sound(19), "organ|org|orgel|organo|orgue|church organ|pipe organ|pedal organ"),
    Row(Sound(16), "hammond|drawbar organ"),
    Row(Sound(20), "harmonium|reed organ"),
    Row(Sound(21), "accordion|akkordeon|accordeon|fisarmonica"),
    Row(Sound(23), "bandoneon"),
    Row(Sound(22), "harmonica|mundharmonika|armonica"),
    Row(Sound(46), "harp|hp|hrp|harfe|hfe|hrf|arpa|harpe|arpe|harfen|hps"),
    Row(Sound(8), "celesta|cel|celeste|cls ta|cst"),
    Row(Sound(9), "glockenspiel|glock|glsp|glspl|gsp|campanelli|cmplli|jeu de timbres|crotales|"
        "crot|orchestra bells"),
    Row(Sound(10), "music box|spieluhr|carillon|boite a musique"),
    Row(Sound(11), "vibraphone|vibr|vib|vibes|vibraphon|vibrafono|vibra"),
    Row(Sound(12), "marimba|mar|mrb|marimbaphon"),
    Row(Sound(13), "xylophone|xyl|xylo|xylophon|silofono|xilofono"),
    Row(Sound(14), "tubular bells|tub bells|t.b. chimes|tubular|chimes|rohrenglocken|glocken|"
        "campane|cloches|bells|bell"),
    Row(Sound(15), "dulcimer|cimbalom|zimbal|hackbrett|santur|psaltery"),
    Row(Sound(47), "timpani|timp|timps|tmp|pauken|pauke|pk|timbales|kettledrums|timpano"),
    Row(Sound(114), "steel drum|steel drums|steelpan|steel pan"),
    Row(Sound(116), "taiko"),
    Row(Sound(118), "sub boom|boom|sub hit|low hit|impact|impacts|synth drum", weak=True),
    Row(Sound(24), "guitar|gtr|git|guit|gitarre|gitarren|chitarra|guitare|acoustic guitar|"
        "classical guitar|nylon guitar|lute|laute|ukulele|uke|ac gtr|a.gtr."),
    Row(Sound(25), "steel guitar|mandolin|mandoline|mandolino|12 string guitar"),
    Row(Sound(27), "electric guitar|e gitarre|e.gtr.|e guitar|el gtr|clean guitar"),
    Row(Sound(30), "distortion guitar|dist gtr|heavy guitar|dist guitar|rhythm guitar|lead guitar"),
    Row(Sound(104), "sitar"),
    Row(Sound(105), "banjo"),
    Row(Sound(106), "shamisen"),
    Row(Sound(107), "koto|guzheng|pipa"),
    Row(Sound(108), "kalimba|mbira"),
    Row(Sound(109), "bagpipe|bagpipes|dudelsack|cornemuse"),
    Row(Sound(110), "fiddle"),
    # basses of bands
    Row(Sound(33), "bass|bas|e bass|electric bass|bass guitar|bassgitarre|el bass|fretless"),
    Row(Sound(38), "synth bass|bass synth|sub bass|sub|pulse|arp|arpeggio|bass pulse|pluck bass",
        weak=True),
    # voices
    Row(CHOIR, "choir|choirs|chor|chore|coro|cori|choeur|choeurs|chorus|choral|vocal|vocals|voice|"
        "voices|vox|voc|stimme|gesang|singers|satb|ssaa|ttbb|ahs|aahs|ahh|"
        "lead vocal|lead voice|lead vox",
        weak=True),
    Row(CHOIR, "soprano|sopran|soprani|sopranos|sop|mezzo|mezzosopran|mezzo soprano|alto|alti|"
        "contralto|alt|tenor|tenore|tenori|tenors|tenors|tenoren|ten|baritono|bariton|basso|bassi|"
        "bass voice|treble|countertenor", weak=True),
    Row(OOHS, "oohs|oohs choir|humming|voice oohs|ooh"),
    # drums and percussion without pitch
    Row(_KIT, "drums|drum|drumset|drum set|drum kit|kit|kick|snare|snare drum|s.d.|side drum|"
        "bass drum|b.d.|grosse trommel|gr trommel|gr tr|g.c.|gran cassa|grancassa|cassa|"
        "grosse caisse|kleine trommel|kl trommel|kl tr|ruhrtrommel|trommel|trommeln|tamburo|"
        "caisse claire|caisse|tambour|cymbal|cymbals|cym|becken|bck|piatti|piatto|cymbales|"
        "tam tam|tamtam|gong|"
        "tambourine|tamb|tamburin|tambourin|tamburello|triangle|tri|trgl|triangel|triangolo|hi hat|"
        "hihat|hat|hats|h.h.|toms|tom|claves|shaker|shakers|maracas|cabasa|guiro|castanets|"
        "kastagnetten|castagnette|bongo|bongos|conga|congas|cowbell|sleigh bells|schellen|whip|"
        "peitsche|frusta|ratchet|wood block|woodblock|temple blocks|holzblock|field drum|"
        "tenor drum|mark tree|bell tree|anvil|clap|claps|rim|ride|crash|djembe|tabla|cajon"),
    Row(_KIT, "percussion|perc|percs|percussione|percussioni|percussions|schlagzeug|schlagwerk|"
        "schlzg|schl|batteria|batterie|batt|perkussion|beat|loop|loops|groove", weak=True),
    # synthesisers and sound design
    Row(Sound(89), "pad|pads|warm pad|synth pad|atmo|atmos|texture|textures|ambience|swell|swells",
        weak=True),
    Row(Sound(92), "drone|drones|bowed pad", weak=True),
    Row(Sound(81), "lead|leads|synth lead|saw|synth|synths|theremin|pluck|plucks",
        weak=True),
    Row(Sound(95), "riser|risers|rise|sweep|whoosh|whooshes|downer|uplifter|transition", weak=True),
    Row(Sound(119), "reverse|reverse cymbal|rev cym", weak=True),
    Row(Sound(55), "orchestra hit|orch hit|hits", weak=True),
    Row(Sound(50), "synth strings", weak=True),
    # other scripts: the beginnings of words
    Row(Sound(0), "ピアノ|фортепиан|рояль|пианино|钢琴|鋼琴|피아노"),
    Row(_SECTION, "弦楽|ストリングス|струнн|弦乐|弦樂"),
    Row(_SECTION, "скрипк|小提琴|バイオリン|ヴァイオリン|바이올린", desks="violins"),
    Row(_SECTION, "альты|中提琴|ビオラ|ヴィオラ|비올라", desks="violas"),
    Row(_SECTION, "виолончел|大提琴|チェロ|첼로", desks="cellos"),
    Row(Sound(43), "コントラバス|контрабас|低音提琴", desks="basses"),
    Row(Sound(33), "ベース|бас|贝斯|貝斯|베이스"),
    Row(Sound(24), "ギター|гитар|吉他|기타"),
    Row(_KIT, "ドラム|打楽器|パーカッション|ударн|барабан|鼓|드럼"),
    Row(Sound(73), "フルート|флейт|长笛|長笛|플루트"),
    Row(Sound(68), "オーボエ|гобой|гобои|双簧管"),
    Row(Sound(71), "クラリネット|кларнет|单簧管"),
    Row(Sound(70), "ファゴット|фагот|巴松"),
    Row(Sound(60), "ホルン|валторн|圆号|圓號"),
    Row(Sound(56), "トランペット|труба|трубы|小号|小號|트럼펫"),
    Row(Sound(57), "トロンボーン|тромбон|长号|長號"),
    Row(Sound(46), "ハープ|арфа|арфы|竖琴|豎琴"),
    Row(Sound(47), "ティンパニ|литавр|定音鼓"),
    Row(CHOIR, "合唱|コーラス|хор|сопрано|тенор|합창"),
    Row(Sound(19), "オルガン|орган"),
)  # fmt: skip

GENERAL_MIDI_ROWS = tuple(
    Row(Sound(program.number), program.name.replace("+", " ")) for program in PROGRAMS
)

CHOIR_TELLS = ("soprano", "sopran", "soprani", "sop", "tenor", "tenore", "tenori", "tenors")
"""Where one of these is a part, an alto is no viola, and a bass sings."""
CHOIR_VOICES = ("alto", "altos", "alt", "alti", "bass", "basses", "basso", "bassi", "baritone")
CHOIR_LETTERS = ("s", "a", "t", "b")
SOLO = ("solo", "soli", "soloist", "solist", "soliste")
ONE_PLAYER = ("violin", "viola", "cello", "violoncello")
"""Alone and without a number these name one player; `Violin 1`, `Vc` and `Celli` name sections."""
SECOND = ("ii", "second", "seconds", "secondi", "zweite", "zweiten")
MANNERS: tuple[tuple[tuple[str, ...], tuple[int, ...], Sound], ...] = (
    (("pizz", "pizzicato", "pizzicati"), (40, 41, 42, 43, 48, 49), PIZZICATO),
    (("trem", "tremolo", "tremoli"), (40, 41, 42, 43, 48, 49), TREMOLO),
    (("sord", "sordino", "sordini", "muted", "mute", "gedampft", "harmon"), (56,), MUTED_TRUMPET),
    (("ooh", "oohs", "ohs"), (52,), OOHS),
)
"""Words of a name that change its sound, and of which programs."""
