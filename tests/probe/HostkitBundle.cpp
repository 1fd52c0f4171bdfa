// A bundle of several plug-ins of which only some can be had. See README.md beside this file.
//
// HostkitProbe and HostkitProbeEffect are handed on from their own bundles, which lie in the
// folder `vst3` beside this bundle's folder; the other classes are made here, and go wrong.

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <thread>

#include "travesty/factory.h"

namespace {

struct Class
{
    const char* name;
    const char* bundle; // whose first class it is; null: it goes wrong when it is made
};

const Class kClasses[] = {
    {"HostkitBundleCrash", nullptr},
    {"HostkitProbe", "HostkitProbe"},
    {"HostkitBundleHang", nullptr},
    {"HostkitBundleRefuse", nullptr},
    {"HostkitProbeEffect", "HostkitProbeEffect"},
};
const int32_t kCount = sizeof kClasses / sizeof kClasses[0];

struct Factory;
Factory** whole();

Factory** child(const char* name)
{
    Dl_info here;
    dladdr(reinterpret_cast<const void*>(&whole), &here);
    std::string path(here.dli_fname);
    char* real = realpath(path.c_str(), nullptr); // where a link leads
    path = real;
    std::free(real);
    for (int up = 0; up < 5; ++up)
        path.erase(path.rfind('/'));
    path += std::string("/vst3/") + name + ".vst3/Contents/x86_64-linux/" + name + ".so";
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return nullptr;
    static bool entered[kCount];
    bool& once = entered[std::strcmp(name, "HostkitProbe") == 0 ? 0 : 1];
    if (! once)
        reinterpret_cast<bool (*)(void*)>(dlsym(library, "ModuleEntry"))(library);
    once = true;
    return static_cast<Factory**>(reinterpret_cast<void* (*)()>(dlsym(library, "GetPluginFactory"))());
}

// What lies behind the pointer that GetPluginFactory gives: three interfaces in a row.
struct Factory
{
    v3_funknown unknown;
    v3_plugin_factory v1;
    v3_plugin_factory_2 v2;
};

void id_of(int32_t index, v3_tuid id)
{
    std::memcpy(id, "hostkit bundle 0", 16);
    id[15] = static_cast<uint8_t>('0' + index);
}

v3_result V3_API query(void* self, const v3_tuid iid, void** object)
{
    if (v3_tuid_match(iid, v3_funknown_iid) || v3_tuid_match(iid, v3_plugin_factory_iid)
        || v3_tuid_match(iid, v3_plugin_factory_2_iid))
    {
        *object = self;
        return V3_OK;
    }
    *object = nullptr;
    return V3_NO_INTERFACE;
}

uint32_t V3_API count_reference(void*) { return 1; }

v3_result V3_API info(void*, v3_factory_info* out)
{
    std::memset(out, 0, sizeof *out);
    std::strcpy(out->vendor, "hostkit");
    out->flags = 0x10;
    return V3_OK;
}

int32_t V3_API classes(void*) { return kCount; }

v3_result V3_API class_info_2(void*, int32_t index, v3_class_info_2* out)
{
    std::memset(out, 0, sizeof *out);
    if (index < 0 || index >= kCount)
        return V3_INVALID_ARG;
    const Class& one = kClasses[index];
    id_of(index, out->class_id);
    out->cardinality = 0x7FFFFFFF;
    std::strcpy(out->category, "Audio Module Class");
    std::strcpy(out->name, one.name);
    std::strcpy(out->sub_categories, index == 1 ? "Instrument|Synth" : "Fx");
    std::strcpy(out->vendor, "hostkit");
    std::strcpy(out->version, "1.0.0");
    std::strcpy(out->sdk_version, "VST 3.7.4");
    return V3_OK;
}

v3_result V3_API class_info(void* self, int32_t index, v3_class_info* out)
{
    v3_class_info_2 more;
    const v3_result result = class_info_2(self, index, &more);
    std::memcpy(out, &more, sizeof *out);
    return result;
}

v3_result V3_API create(void*, const v3_tuid class_id, const v3_tuid iid, void** instance)
{
    for (int32_t index = 0; index < kCount; ++index)
    {
        v3_tuid ours;
        id_of(index, ours);
        if (! v3_tuid_match(class_id, ours))
            continue;
        const Class& one = kClasses[index];
        if (std::strcmp(one.name, "HostkitBundleCrash") == 0)
            std::abort();
        if (std::strcmp(one.name, "HostkitBundleHang") == 0)
            for (;;)
                std::this_thread::sleep_for(std::chrono::seconds(1));
        if (one.bundle == nullptr)
            return V3_NO_INTERFACE;
        Factory** factory = child(one.bundle);
        v3_class_info first;
        if (factory == nullptr || (*factory)->v1.get_class_info(factory, 0, &first) != V3_OK)
            return V3_INTERNAL_ERR;
        return (*factory)->v1.create_instance(factory, first.class_id, iid, instance);
    }
    for (const Class& one : kClasses) // a controller, which has an id of its own
        if (one.bundle != nullptr)
            if (Factory** factory = child(one.bundle))
                if ((*factory)->v1.create_instance(factory, class_id, iid, instance) == V3_OK)
                    return V3_OK;
    *instance = nullptr;
    return V3_NO_INTERFACE;
}

Factory gFactory = {
    {query, count_reference, count_reference},
    {info, classes, class_info, create},
    {class_info_2},
};
Factory* gPointer = &gFactory;

Factory** whole() { return &gPointer; }

} // namespace

extern "C" {

__attribute__((visibility("default"))) bool ModuleEntry(void*) { return true; }
__attribute__((visibility("default"))) bool ModuleExit() { return true; }
__attribute__((visibility("default"))) const void* GetPluginFactory() { return whole(); }

}
