// Plug-ins with a known output, for hostkit's tests. See README.md beside this file.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "DistrhoPlugin.hpp"

START_NAMESPACE_DISTRHO

static const uint32_t kTailFrames = 4800;
static const uint32_t kHearsFrames = 128;

enum { kGain, kLatency, kShowTempo, kNoise, kCrash, kHang, kParams };

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
        values[kLatency] = PROBE_KIND == PROBE_SYNTH ? 96.0f : PROBE_KIND == PROBE_DEAF ? 0.0f : 64.0f;
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
        static const char* const names[] = {"Gain", "Latency Frames", "Show Tempo", "Noise", "Crash", "Hang"};
        static const char* const symbols[] = {"gain", "latency", "tempo", "noise", "crash", "hang"};
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
#if DISTRHO_PLUGIN_IS_SYNTH
             , const MidiEvent* events, uint32_t eventCount
#endif
             ) override
    {
        if (values[kCrash] > 0.5f)
            std::abort();
        if (values[kHang] > 0.5f)
            hang();
#if DISTRHO_PLUGIN_IS_SYNTH
        (void)inputs;
        uint32_t next = 0;
#endif
        const float bpm = static_cast<float>(getTimePosition().bbt.beatsPerMinute);
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
#endif
                play(events[next++].data);
            }
            float left = 0.0f, right = 0.0f;
            sound(left, right);
#else
            float left = inputs[0][i], right = inputs[DISTRHO_PLUGIN_NUM_INPUTS - 1][i];
#endif
            if (values[kShowTempo] > 0.5f)
                right = bpm / 1000.0f;
            if (values[kNoise] > 0.5f)
                left += noise();
            delayed(values[kGain] * left, values[kGain] * right, outputs[0][i], outputs[1][i]);
        }
    }

private:
    struct Note { float velocity; uint32_t ringing; bool held; } notes[128];
    float values[kParams] = {};
    std::vector<float> line[2];
    size_t at = 0;

    void setDelay(float frames)
    {
        for (auto& side : line)
            side.assign(static_cast<size_t>(frames), 0.0f);
        at = 0;
        setLatency(static_cast<uint32_t>(frames));
    }

    void delayed(float left, float right, float& outLeft, float& outRight)
    {
        if (line[0].empty())
        {
            outLeft = left;
            outRight = right;
            return;
        }
        outLeft = line[0][at];
        outRight = line[1][at];
        line[0][at] = left;
        line[1][at] = right;
        at = (at + 1) % line[0].size();
    }

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

    void sound(float& left, float& right)
    {
        for (int key = 0; key < 128; ++key)
        {
            Note& note = notes[key];
            if (note.ringing == 0)
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
