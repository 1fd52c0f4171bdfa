// Plug-ins with a known output, for hostkit's tests. See README.md beside this file.

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "DistrhoPlugin.hpp"

START_NAMESPACE_DISTRHO

static const uint32_t kTailFrames = 4800;
static const uint32_t kHearsFrames = 128;
static const double kAheadOfBeat = 8.0;
static const std::chrono::milliseconds kLoads(300);

enum { kGain, kLatency, kShowTempo, kNoise, kCrash, kHang, kReport, kParams };
enum { kMain, kSnare, kHat };

static void hang()
{
    for (;;)
        std::this_thread::sleep_for(std::chrono::seconds(1));
}

class HostkitProbe : public Plugin
{
public:
    HostkitProbe() : Plugin(kParams, 0, 0)
    {
#if PROBE_KIND == PROBE_CRASH_ON_LOAD
        std::abort();
#elif PROBE_KIND == PROBE_HANG_ON_LOAD
        hang();
#endif
        values[kGain] = 1.0f;
        values[kLatency] = PROBE_KIND == PROBE_SYNTH ? 96.0f : PROBE_KIND == PROBE_DEAF || PROBE_KIND == PROBE_DRUMS || PROBE_KIND == PROBE_OCTAVES || PROBE_KIND == PROBE_SLOW
            ? 0.0f : 64.0f;
        activate();
    }

protected:
    const char* getLabel() const override { return DISTRHO_PLUGIN_NAME; }
    const char* getMaker() const override { return "hostkit"; }
    const char* getLicense() const override { return "GPL-3.0-or-later"; }
    uint32_t getVersion() const override { return d_version(1, 0, 0); }
    int64_t getUniqueId() const override { return d_cconst('H', 'k', 'P', '0' + PROBE_KIND); }

    void initParameter(uint32_t index, Parameter& parameter) override
    {
        static const char* const names[] = {"Gain", "Latency Frames", "Show Tempo", "Noise", "Crash", "Hang", "Report"};
        static const char* const symbols[] = {"gain", "latency", "tempo", "noise", "crash", "hang", "report"};
        parameter.name = names[index];
        parameter.symbol = symbols[index];
        parameter.hints = kParameterIsAutomatable;
        parameter.ranges.min = 0.0f;
        parameter.ranges.max = index == kGain ? 2.0f : index == kLatency ? 8192.0f : 1.0f;
        parameter.ranges.def = values[index];
        if (index == kLatency)
            parameter.hints |= kParameterIsInteger;
        else if (index != kGain)
            parameter.hints |= kParameterIsBoolean;
    }

#if PROBE_KIND == PROBE_KEYED
    void initAudioPort(bool input, uint32_t index, AudioPort& port) override
    {
        Plugin::initAudioPort(input, index, port);
        if (index == 2)
        {
            port.hints = kAudioPortIsSidechain; // of an output: a bus of its own
            port.name = input ? "Key" : "Dry";
        }
    }
#elif PROBE_KIND == PROBE_DRUMS
    void initAudioPort(bool input, uint32_t index, AudioPort& port) override
    {
        Plugin::initAudioPort(input, index, port);
        port.groupId = index / 2;
    }

    void initPortGroup(uint32_t id, PortGroup& group) override
    {
        static const char* const names[] = {"Main", "Snare", "Hat"};
        static const char* const symbols[] = {"main", "snare", "hat"};
        group.name = names[id];
        group.symbol = symbols[id];
    }
#endif

    float getParameterValue(uint32_t index) const override { return values[index]; }

    void setParameterValue(uint32_t index, float value) override
    {
        values[index] = value;
        if (index == kLatency)
            setDelay(value);
    }

    void activate() override
    {
        std::memset(notes, 0, sizeof notes);
        setDelay(values[kLatency]);
    }

    void run(const float** inputs, float** outputs, uint32_t frames
#if PROBE_HEARS_NOTES
             , const MidiEvent* events, uint32_t eventCount
#endif
             ) override
    {
        if (values[kCrash] > 0.5f)
            std::abort();
        if (values[kHang] > 0.5f)
            hang();
#if PROBE_KIND == PROBE_OCTAVES
        (void)inputs, (void)outputs, (void)frames;
        for (uint32_t i = 0; i < eventCount; ++i)
            pass(events[i]);
#else
#if DISTRHO_PLUGIN_IS_SYNTH
        (void)inputs;
        uint32_t next = 0;
#endif
#if PROBE_KIND == PROBE_SLOW
        isLoading();
#endif
        float told[kTold];
        tell(told);
#if PROBE_KIND == PROBE_AHEAD
        const float ahead = static_cast<float>(std::round(getSampleRate() * 60.0 / heard / kAheadOfBeat));
        if (heard > 0.0f && line[0].size() != static_cast<size_t>(ahead))
            setDelay(ahead);
        heard = told[1];
#endif
        for (uint32_t i = 0; i < frames; ++i)
        {
#if DISTRHO_PLUGIN_IS_SYNTH
            while (next < eventCount && events[next].frame <= i)
            {
#if PROBE_KIND == PROBE_DEAF
                if (events[next].frame >= kHearsFrames)
                {
                    ++next;
                    continue;
                }
#elif PROBE_KIND == PROBE_SLOW
                if (isLoading())
                {
                    ++next;
                    continue;
                }
#endif
                play(events[next++].data);
            }
            float left = 0.0f, right = 0.0f;
            sound(kMain, left, right);
#if PROBE_KIND == PROBE_DRUMS
            outputs[2][i] = outputs[3][i] = outputs[4][i] = 0.0f;
            sound(kSnare, outputs[2][i], outputs[3][i]);
            float unheard = 0.0f;
            sound(kHat, outputs[4][i], unheard);
#endif
#elif PROBE_KIND == PROBE_MONO_TO_STEREO
            float left = inputs[0][i], right = inputs[0][i];
#else
            float left = inputs[0][i], right = inputs[1][i];
#endif
#if PROBE_KIND == PROBE_KEYED
            const float dry = left;
            if (std::fabs(inputs[2][i]) >= 0.5f)
                left = right = 0.0f;
#endif
            if (values[kShowTempo] > 0.5f)
                right = told[1] / 1000.0f;
            if (values[kReport] > 0.5f)
            {
                left = i < kTold ? told[i] : 0.0f;
                right = i == 0 ? 1.0f : 0.0f;
            }
            if (values[kNoise] > 0.5f)
                left += noise();
            outputs[0][i] = delayed(0, values[kGain] * left);
            outputs[1][i] = delayed(1, values[kGain] * right);
#if PROBE_KIND == PROBE_KEYED
            outputs[2][i] = delayed(2, dry);
#endif
            at = line[0].empty() ? 0 : (at + 1) % line[0].size();
        }
#endif
    }

private:
#if PROBE_KIND == PROBE_SLOW
    // Its samples come from the first block on, by a clock: none is processed, none is loaded.
    bool isLoading()
    {
        const auto now = std::chrono::steady_clock::now();
        if (! asked)
            first = now;
        asked = true;
        return now - first < kLoads;
    }

    bool asked = false;
    std::chrono::steady_clock::time_point first;
#endif

#if PROBE_KIND == PROBE_AHEAD
    float heard = 0.0f; // the bpm of the block before
#endif

    struct Note { float velocity; uint32_t ringing; bool held; } notes[128];
    float values[kParams] = {};
    std::vector<float> line[3];
    size_t at = 0;

    void setDelay(float frames)
    {
        for (auto& side : line)
            side.assign(static_cast<size_t>(frames), 0.0f);
        at = 0;
        setLatency(static_cast<uint32_t>(frames));
    }

    // The frame that was given as many frames ago as there are; `at` moves on after all of them.
    float delayed(int side, float now)
    {
        if (line[side].empty())
            return now;
        const float before = line[side][at];
        line[side][at] = now;
        return before;
    }

    static const uint32_t kTold = 6;

    // Quarter notes, bpm, meter, whether it plays, and the frame, as the host says.
    void tell(float* told) const
    {
        const TimePosition& now = getTimePosition();
        const double den = now.bbt.beatType;
        const int aBar = static_cast<int>(now.bbt.beatsPerBar) * 4 / static_cast<int>(den);
        const int64_t frame = static_cast<int64_t>(now.frame);
        // DPF counts bars of a whole number of quarter notes, and backwards before the start.
        const bool before = frame < 0;
        const double bar = now.bbt.bar - 1 + (before ? 1 : 0);
        const double beat = before ? now.bbt.beatsPerBar - now.bbt.beat : now.bbt.beat - 1;
        const double tick = before ? now.bbt.ticksPerBeat - now.bbt.tick - 1 : now.bbt.tick;
        const double beats = beat + tick / now.bbt.ticksPerBeat;
        const double quarters = bar * aBar + beats / now.bbt.beatsPerBar * aBar;
        told[0] = static_cast<float>(before ? -quarters : quarters);
        told[1] = static_cast<float>(now.bbt.beatsPerMinute);
        told[2] = now.bbt.beatsPerBar;
        told[3] = now.bbt.beatType;
        told[4] = now.playing ? 1.0f : 0.0f;
        told[5] = static_cast<float>(frame);
    }

#if PROBE_KIND == PROBE_OCTAVES
    // Each note as it is, and its octave above at the same time.
    void pass(const MidiEvent& event)
    {
        writeMidiEvent(event);
        if (event.size != 3 || (event.data[0] & 0xE0) != 0x80 || event.data[1] > 115)
            return;
        MidiEvent above = event;
        above.data[1] += 12;
        writeMidiEvent(above);
    }
#endif

    void play(const uint8_t* data)
    {
        const uint8_t status = data[0] & 0xF0;
        Note& note = notes[data[1] & 0x7F];
        if (status == 0x90 && data[2] > 0)
        {
            if (data[1] == 1)
                std::abort();
            if (data[1] == 2)
                std::raise(SIGSEGV);
            if (data[1] == 3)
                hang();
            note.velocity = data[2] / 128.0f;
            note.ringing = kTailFrames;
            note.held = true;
        }
        else if (status == 0x80 || status == 0x90)
            note.held = false;
    }

    // Of the drums, keys from 60 on are the snare's and from 80 on the hat's.
    static int outputOf(int key)
    {
#if PROBE_KIND == PROBE_DRUMS
        return key < 60 ? kMain : key < 80 ? kSnare : kHat;
#else
        return kMain;
#endif
    }

    void sound(int output, float& left, float& right)
    {
        for (int key = 0; key < 128; ++key)
        {
            Note& note = notes[key];
            if (note.ringing == 0 || outputOf(key) != output)
                continue;
            left += note.velocity * (static_cast<float>(note.ringing) / kTailFrames);
            right += key / 128.0f;
            if (! note.held)
                --note.ringing;
        }
    }

    float noise()
    {
        const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        return static_cast<float>(now % 1009) / 10090.0f;
    }
};

Plugin* createPlugin()
{
    return new HostkitProbe();
}

END_NAMESPACE_DISTRHO
