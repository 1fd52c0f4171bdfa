#!/bin/sh
# Installs the VST3 plug-ins that hostkit's tests play, and prints the folder to point
# HOSTKIT_PLUGIN_PATH at:
#   - zam-plugins (effects), a Debian package;
#   - Kars and Nekobi (instruments), the package dpf-plugins-vst3 where the system has it,
#     else built from Debian's source package dpf-plugins;
#   - the probe plug-ins of tests/probe, built with the DPF in the same source package.
# Usage: .ci/install-plugins.sh [FOLDER]
# FOLDER is by default $HOSTKIT_TEST_PLUGINS, else ~/.cache/hostkit-test-plugins. Nothing
# else is written, but for packages that apt installs. A second call finds all done.
set -eu

root=${1:-${HOSTKIT_TEST_PLUGINS:-$HOME/.cache/hostkit-test-plugins}}
here=$(cd "$(dirname "$0")/.." && pwd)
probe=$here/tests/probe
build=$root/build

say() { echo "install-plugins: $*" >&2; }
die() { say "$*"; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "needs root for: $*"
    fi
}

package() {
    dpkg -s "$1" >/dev/null 2>&1 && return
    say "installing package $1"
    as_root apt-get install -y -q "$1" >&2 || {
        as_root apt-get update -q >&2
        as_root apt-get install -y -q "$1" >&2
    }
}

# The archive of dpf-plugins: through the system's own Debian sources, with lists apart,
# so that the system's are left as they are.
fetch_source() {
    mkdir -p "$build/parts" "$build/lists/partial"
    say "downloading the source package dpf-plugins (57 MB)"
    found=
    for sources in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/ubuntu.sources; do
        [ -f "$sources" ] || continue
        sed 's/^Types:.*/Types: deb-src/' "$sources" >"$build/parts/source.sources"
        found=yes
    done
    if [ -z "$found" ] && [ -f /etc/apt/sources.list ]; then
        sed -n 's/^deb\(-src\)\{0,1\} /deb-src /p' /etc/apt/sources.list | sort -u \
            >"$build/parts/source.list"
        found=yes
    fi
    [ -n "$found" ] || die "found no apt sources to take dpf-plugins from"
    set -- -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$build/parts" \
        -o "Dir::State::Lists=$build/lists" -o APT::Sandbox::User="$(id -un)"
    apt-get "$@" -q update >&2 || die "apt-get update failed"
    # Ends in an error where a mirror lacks Debian's own changes; only upstream's archive
    # is wanted, so whether that came is what counts.
    (cd "$build" && apt-get "$@" -q source --download-only dpf-plugins >&2) || true
    ls "$build"/dpf-plugins_*.orig.tar.xz >/dev/null 2>&1 || die "dpf-plugins did not arrive"
}

unpack() {
    rm -rf "$build/dpf-plugins" "$build/unpacking"
    mkdir -p "$build/unpacking"
    tar xf "$build"/dpf-plugins_*.orig.tar.xz -C "$build/unpacking" --strip-components=1 \
        --wildcards '*/dpf' '*/plugins/Kars' '*/plugins/Nekobi'
    mv "$build/unpacking" "$build/dpf-plugins"
    rm -rf "$build"/dpf-plugins_* "$build/lists" "$build/parts"
}

need_source() {
    for tool in make g++ pkg-config xz; do
        command -v $tool >/dev/null || case $tool in
            xz) package xz-utils ;;
            *) package $tool ;;
        esac
    done
    [ -d "$build/dpf-plugins" ] && return
    fetch_source
    unpack
}

# The same DPF, but for its VST3s hearing only the first input bus and giving only the first
# output bus, which it has mended since.
need_all_buses() {
    need_source
    [ -d "$build/dpf-all-buses" ] && return
    rm -rf "$build/dpf-copy"
    cp -R "$build/dpf-plugins/dpf" "$build/dpf-copy"
    for way in input output; do
        sed -i "s/for (int32_t j = 0; j < data->${way}s->num_channels; ++j)/for (int32_t b = 0; b < data->num_${way}_buses; ++b) for (int32_t j = 0; j < data->${way}s[b].num_channels; ++j)/
            s/data->${way}s->channel_buffers_32/data->${way}s[b].channel_buffers_32/" \
            "$build/dpf-copy/distrho/src/DistrhoPluginVST3.cpp"
    done
    mv "$build/dpf-copy" "$build/dpf-all-buses"
}

# A bundle is complete before it gets its name.
publish() { # BUNDLE FOLDER
    [ -d "$1" ] || die "the build left no $1"
    mkdir -p "$2"
    name=$(basename "$1")
    rm -rf "$2/.$name" "$2/$name"
    cp -R "$1" "$2/.$name"
    mv "$2/.$name" "$2/$name"
    say "built $2/$name"
}

instrument() { # NAME
    [ -d "$root/vst3/$1.vst3" ] && return
    if [ -d "/usr/lib/vst3/$1.vst3" ]; then return; fi
    need_source
    make -C "$build/dpf-plugins/plugins/$1" vst3 \
        HAVE_OPENGL=false HAVE_CAIRO=false HAVE_DGL=false UI_TYPE=none >&2 ||
        die "building $1 failed"
    publish "$build/dpf-plugins/bin/$1.vst3" "$root/vst3"
}

probe_plugin() { # NAME KIND FOLDER STAMP
    [ -f "$root/$3/$1.vst3/$4" ] && return
    need_all_buses
    make -C "$probe" vst3 NAME="$1" KIND="$2" DPF_PATH="$build/dpf-all-buses" \
        DPF_TARGET_DIR="$build/probe/bin" DPF_BUILD_DIR="$build/probe/$1-$4" >&2 ||
        die "building $1 failed"
    touch "$build/probe/bin/$1.vst3/$4"
    publish "$build/probe/bin/$1.vst3" "$root/$3"
}

[ "$(uname)" = Linux ] || die "knows Debian and its kin only; install the plug-ins by hand"
command -v apt-get >/dev/null || die "knows Debian and its kin only; install the plug-ins by hand"

package zam-plugins
if apt-cache show dpf-plugins-vst3 >/dev/null 2>&1; then
    package dpf-plugins-vst3
fi
instrument Kars
instrument Nekobi

# Several plug-ins in one file; those that play are handed on from their own bundles.
bundle_of_many() { # STAMP
    [ -f "$root/odd/HostkitBundle.vst3/$1" ] && return
    need_source
    bundle=$build/probe/bin/HostkitBundle.vst3
    mkdir -p "$bundle/Contents/x86_64-linux"
    g++ -std=c++17 -O1 -fPIC -shared -fvisibility=hidden \
        "-I$build/dpf-plugins/dpf/distrho/src" "$probe/HostkitBundle.cpp" \
        -o "$bundle/Contents/x86_64-linux/HostkitBundle.so" -ldl >&2 || die "building HostkitBundle failed"
    touch "$bundle/$1"
    publish "$bundle" "$root/odd"
}

stamp=source-$(cat "$probe/HostkitProbe.cpp" "$probe/DistrhoPluginInfo.h" "$probe/Makefile" |
    sha256sum | cut -c1-16)
probe_plugin HostkitProbe 1 vst3 "$stamp"
probe_plugin HostkitProbeEffect 2 vst3 "$stamp"
probe_plugin HostkitProbeCrashOnLoad 3 bad "$stamp"
probe_plugin HostkitProbeHangOnLoad 4 bad "$stamp"
probe_plugin HostkitProbeDeaf 5 odd "$stamp"
probe_plugin HostkitProbeMonoToStereo 6 odd "$stamp"
probe_plugin HostkitProbeKeyed 7 odd "$stamp"
probe_plugin HostkitProbeDrums 8 odd "$stamp"
probe_plugin HostkitProbeOctaves 9 odd "$stamp"
probe_plugin HostkitProbeSlow 10 odd "$stamp"
probe_plugin HostkitProbeAhead 11 odd "$stamp"
bundle_of_many "source-$(sha256sum <"$probe/HostkitBundle.cpp" | cut -c1-16)"

for plugin in vst3/HostkitProbe vst3/HostkitProbeEffect bad/HostkitProbeCrashOnLoad \
    bad/HostkitProbeHangOnLoad odd/HostkitProbeDeaf odd/HostkitProbeMonoToStereo \
    odd/HostkitProbeKeyed odd/HostkitProbeDrums odd/HostkitProbeOctaves odd/HostkitProbeSlow \
    odd/HostkitProbeAhead odd/HostkitBundle; do
    [ -d "$root/$plugin.vst3" ] || die "$root/$plugin.vst3 is missing"
done
say "done; the plug-ins are in $root/vst3 and /usr/lib/vst3"
echo "$root/vst3"
