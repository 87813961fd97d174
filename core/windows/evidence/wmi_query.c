#define COBJMACROS
#include <stddef.h>
#include <windows.h>

#include <wbemcli.h>

#include "core/windows/evidence/wmi_query.h"
#include "core/windows/failure.h"
#include "core/windows/library.h"
#include "core/windows/text16.h"

#define TEXT_CEILING ((size_t)16 << 20)
#define PROPERTIES_MOST 1000

static const GUID locator_class = {
    0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};
static const GUID locator_interface = {
    0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

struct com {
    HRESULT(WINAPI *begin)(void *, DWORD);
    void(WINAPI *end)(void);
    HRESULT(WINAPI *create)(const GUID *, IUnknown *, DWORD, const GUID *, void **);
    HRESULT(WINAPI *blanket)(IUnknown *, DWORD, DWORD, OLECHAR *, DWORD, DWORD, void *, DWORD);
    BSTR(WINAPI *text)(const OLECHAR *, UINT);
    void(WINAPI *free_text)(BSTR);
    UINT(WINAPI *text_length)(BSTR);
    HRESULT(WINAPI *clear)(VARIANT *);
};

struct asking {
    struct com com;
    IWbemServices *services;
    const struct wmi_sink *sink;
    struct progress *progress;
    struct failure *failure;
    struct text space;
    struct buffer text;
    struct buffer name;
};

static bool find_com(struct com *com)
{
    static const struct library_wanted wanted[] = {
        {L"ole32.dll", "CoInitializeEx", offsetof(struct com, begin)},
        {L"ole32.dll", "CoUninitialize", offsetof(struct com, end)},
        {L"ole32.dll", "CoCreateInstance", offsetof(struct com, create)},
        {L"ole32.dll", "CoSetProxyBlanket", offsetof(struct com, blanket)},
        {L"oleaut32.dll", "SysAllocStringLen", offsetof(struct com, text)},
        {L"oleaut32.dll", "SysFreeString", offsetof(struct com, free_text)},
        {L"oleaut32.dll", "SysStringLen", offsetof(struct com, text_length)},
        {L"oleaut32.dll", "VariantClear", offsetof(struct com, clear)},
    };

    library_fill(com, wanted, sizeof wanted / sizeof *wanted);
    return com->begin && com->end && com->create && com->blanket && com->text && com->free_text &&
           com->text_length && com->clear;
}

static enum status fail(struct asking *asking, const char *call, HRESULT code)
{
    enum status status = ST_SYSTEM;

    switch ((uint32_t)code) {
    case 0x80070005u: /* E_ACCESSDENIED */
    case 0x80041003u: /* WBEM_E_ACCESS_DENIED */
        status = ST_DENIED;
        break;
    case 0x8004100Eu: /* WBEM_E_INVALID_NAMESPACE */
    case 0x80041010u: /* WBEM_E_INVALID_CLASS */
    case 0x80041002u: /* WBEM_E_NOT_FOUND */
        status = ST_NOT_FOUND;
        break;
    case 0x80041017u: /* WBEM_E_INVALID_QUERY */
        status = ST_INVALID;
        break;
    case 0x80040154u: /* REGDB_E_CLASSNOTREG */
        status = ST_UNSUPPORTED;
        break;
    default:
        break;
    }
    *asking->failure = (struct failure){status, call, (uint32_t)code};
    return status;
}

static BSTR wide_of(struct asking *asking, struct text value)
{
    size_t length;
    wchar_t *wide = text16_from(value, &length);
    BSTR text = wide && length < UINT32_MAX ? asking->com.text(wide, (UINT)length) : NULL;

    text16_free(wide);
    return text;
}

/* --- one object --- */

static void add_bstr(struct asking *asking, struct json_writer *json, const char *name, BSTR value)
{
    if (!value)
        return;
    buffer_clear(&asking->text);
    text16_add(&asking->text, value, asking->com.text_length(value));
    json_text(json, name, buffer_text(&asking->text));
}

static void add_property(struct asking *asking, struct json_writer *json, const char *name,
                         const VARIANT *value)
{
    switch (V_VT(value)) {
    case VT_BSTR:
        add_bstr(asking, json, name, V_BSTR(value));
        break;
    case VT_BOOL:
        json_bool(json, name, V_BOOL(value) != VARIANT_FALSE);
        break;
    case VT_UI1:
        json_unsigned(json, name, V_UI1(value));
        break;
    case VT_I2:
        json_unsigned(json, name, (uint16_t)V_I2(value)); /* WMI hands unsigned ones out so */
        break;
    case VT_I4:
        json_unsigned(json, name, (uint32_t)V_I4(value));
        break;
    default: /* objects and arrays: in the MOF */
        break;
    }
}

static void add_system(struct asking *asking, struct json_writer *json, IWbemClassObject *object,
                       const wchar_t *property, const char *name)
{
    VARIANT value = {0};

    if (FAILED(IWbemClassObject_Get(object, property, 0, &value, NULL, NULL)))
        return;
    if (V_VT(&value) == VT_BSTR)
        add_bstr(asking, json, name, V_BSTR(&value));
    asking->com.clear(&value);
}

static void add_object(struct asking *asking, struct json_writer *json, IWbemClassObject *object)
{
    BSTR mof = NULL;
    BSTR property = NULL;
    VARIANT value = {0};

    json_open_object(json, "wmi");
    json_text(json, "namespace", asking->space);
    add_system(asking, json, object, L"__CLASS", "class");
    add_system(asking, json, object, L"__RELPATH", "path");
    json_open_object(json, "properties");
    if (SUCCEEDED(IWbemClassObject_BeginEnumeration(object, WBEM_FLAG_NONSYSTEM_ONLY))) {
        for (int i = 0; i < PROPERTIES_MOST; i++) {
            if (IWbemClassObject_Next(object, 0, &property, &value, NULL, NULL) != WBEM_S_NO_ERROR)
                break;
            buffer_clear(&asking->name);
            text16_add(&asking->name, property, asking->com.text_length(property));
            buffer_add_byte(&asking->name, 0);
            if (asking->name.failed == ST_OK)
                add_property(asking, json, asking->name.bytes, &value);
            asking->com.free_text(property);
            asking->com.clear(&value);
        }
        IWbemClassObject_EndEnumeration(object);
    }
    json_close_object(json);
    if (SUCCEEDED(IWbemClassObject_GetObjectText(object, 0, &mof)) && mof) {
        add_bstr(asking, json, "mof", mof);
        asking->com.free_text(mof);
    }
    json_close_object(json);
}

/* --- the query --- */

static void impersonate(struct asking *asking, void *proxy)
{
    asking->com.blanket(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL, RPC_C_AUTHN_LEVEL_CALL,
                        RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
}

static enum status read_objects(struct asking *asking, IEnumWbemClassObject *objects)
{
    for (;;) {
        IWbemClassObject *object = NULL;
        ULONG count = 0;
        HRESULT code = IEnumWbemClassObject_Next(objects, WMI_WAIT_MS, 1, &object, &count);
        if (FAILED(code))
            return fail(asking, "IEnumWbemClassObject::Next", code);
        if (code == (HRESULT)WBEM_S_TIMEDOUT)
            return fail(asking, "IEnumWbemClassObject::Next, which took too long", code);
        if (!count || !object)
            return ST_OK;
        struct json_writer *json = asking->sink->begin(asking->sink->context);
        add_object(asking, json, object);
        IWbemClassObject_Release(object);
        if (!asking->sink->end(asking->sink->context))
            return ST_OK;
        if (progress_cancelled(asking->progress))
            return ST_CANCELLED;
    }
}

static enum status ask(struct asking *asking, struct text query)
{
    BSTR language = wide_of(asking, text_of("WQL"));
    BSTR wide = wide_of(asking, query);
    IEnumWbemClassObject *objects = NULL;
    enum status status = language && wide ? ST_OK : ST_NO_MEMORY;
    HRESULT code;

    if (!status) {
        code = IWbemServices_ExecQuery(asking->services, language, wide,
                                       WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, NULL,
                                       &objects);
        status = FAILED(code) || !objects ? fail(asking, "IWbemServices::ExecQuery", code) : ST_OK;
    }
    if (!status) {
        impersonate(asking, objects);
        status = read_objects(asking, objects);
    }
    if (objects)
        IEnumWbemClassObject_Release(objects);
    if (wide)
        asking->com.free_text(wide);
    if (language)
        asking->com.free_text(language);
    return status;
}

static enum status connect(struct asking *asking)
{
    IWbemLocator *locator = NULL;
    BSTR space = wide_of(asking, asking->space);
    enum status status = ST_OK;
    HRESULT code;

    if (!space)
        return ST_NO_MEMORY;
    code = asking->com.create(&locator_class, NULL, CLSCTX_INPROC_SERVER, &locator_interface,
                              (void **)&locator);
    if (FAILED(code) || !locator) {
        status = fail(asking, "CoCreateInstance (WbemLocator)", code);
    } else {
        code = IWbemLocator_ConnectServer(locator, space, NULL, NULL, NULL,
                                          WBEM_FLAG_CONNECT_USE_MAX_WAIT, NULL, NULL,
                                          &asking->services);
        if (FAILED(code) || !asking->services)
            status = fail(asking, "IWbemLocator::ConnectServer", code);
        else
            impersonate(asking, asking->services);
        IWbemLocator_Release(locator);
    }
    asking->com.free_text(space);
    return status;
}

enum status wmi_query(struct text space, struct text query, const struct wmi_sink *sink,
                      struct progress *progress, struct failure *failure)
{
    struct asking asking = {.sink = sink, .progress = progress, .failure = failure};
    HRESULT code;
    enum status status;

    if (!find_com(&asking.com)) {
        *failure = (struct failure){.status = ST_UNSUPPORTED};
        return ST_UNSUPPORTED;
    }
    for (size_t i = space.size; i > 0; i--)
        if (space.bytes[i - 1] == ':') {
            space = text_slice(space, i, space.size - i);
            break;
        }
    if (text_starts(space, text_of("\\")) && !text_starts(space, text_of("\\\\")))
        space = text_slice(space, 1, space.size - 1);
    asking.space = space.size ? space : text_of("root\\cimv2");
    code = asking.com.begin(NULL, COINIT_MULTITHREADED);
    if (FAILED(code) && code != (HRESULT)RPC_E_CHANGED_MODE)
        return fail(&asking, "CoInitializeEx", code);
    buffer_init(&asking.text, TEXT_CEILING);
    buffer_init(&asking.name, TEXT_CEILING);
    status = connect(&asking);
    if (!status)
        status = ask(&asking, query);
    if (asking.services)
        IWbemServices_Release(asking.services);
    buffer_done(&asking.name);
    buffer_done(&asking.text);
    if (SUCCEEDED(code))
        asking.com.end();
    return status;
}
