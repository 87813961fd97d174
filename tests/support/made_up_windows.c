#include "tests/support/made_up_windows.h"

#define S32 "C:\\Windows\\System32\\"
#define SERVICE S32 "svchost.exe"
#define LOCAL "S-1-5-19"
#define NETWORK "S-1-5-20"
#define DWM_1 "S-1-5-90-0-1"
#define UMFD_0 "S-1-5-96-0-0"
#define UMFD_1 "S-1-5-96-0-1"
#define BOB "S-1-5-21-1-2-3-1002"

void made_up_start(struct scripted_source *machine, uint32_t pid, uint32_t parent, const char *name,
                   const char *image, const char *command, const char *sid, uint32_t session)
{
    scripted_source_advance(machine, MOMENT_SECOND);
    scripted_source_start(machine, pid, parent, name);
    struct process_facts *facts = scripted_source_facts(machine, pid);
    if (!image) {
        scripted_source_deny(machine, pid, READ_NOT_APPLICABLE);
    } else {
        facts->image.value = text_from(image);
        facts->command.value = text_from(command ? command : image);
        facts->user.value = text_from(sid);
        facts->domain.value = (struct text){NULL, 0};
        facts->sid.value = text_from(sid);
    }
    facts->session = (struct number_fact){session, READ_OK};
}

struct made_up {
    uint32_t pid;
    uint32_t parent;
    const char *name;
    const char *image;
    const char *command;
    const char *sid;
    uint32_t session;
};

static void start_all(struct scripted_source *machine, const struct made_up *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        made_up_start(machine, all[i].pid, all[i].parent, all[i].name, all[i].image, all[i].command,
                      all[i].sid, all[i].session);
}

#define START_ALL(machine, all) start_all(machine, all, sizeof(all) / sizeof((all)[0]))

static const struct made_up kernel[] = {
    {0, 0, "System Idle Process", NULL, NULL, NULL, 0},
    {MADE_UP_SYSTEM, 0, "System", NULL, NULL, NULL, 0},
    {72, 4, "Secure System", NULL, NULL, NULL, 0},
    {MADE_UP_REGISTRY, 4, "Registry", "Registry", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {MADE_UP_SMSS, 4, "smss.exe", S32 "smss.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {690, MADE_UP_SMSS, "smss.exe", S32 "smss.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {MADE_UP_CSRSS, 690, "csrss.exe", S32 "csrss.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {MADE_UP_WININIT, 690, "wininit.exe", S32 "wininit.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {770, MADE_UP_SMSS, "smss.exe", S32 "smss.exe", NULL, MADE_UP_LOCAL_SYSTEM, 1},
    {790, 770, "csrss.exe", S32 "csrss.exe", NULL, MADE_UP_LOCAL_SYSTEM, 1},
    {MADE_UP_WINLOGON, 770, "winlogon.exe", S32 "winlogon.exe", NULL, MADE_UP_LOCAL_SYSTEM, 1},
};

static const struct made_up services[] = {
    {MADE_UP_SERVICES, MADE_UP_WININIT, "services.exe", S32 "services.exe", NULL,
     MADE_UP_LOCAL_SYSTEM, 0},
    {910, MADE_UP_WININIT, "LsaIso.exe", S32 "lsaiso.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {MADE_UP_LSASS, MADE_UP_WININIT, "lsass.exe", "c:\\windows\\system32\\lsass.exe", NULL,
     MADE_UP_LOCAL_SYSTEM, 0},
    {1010, MADE_UP_WININIT, "fontdrvhost.exe", S32 "fontdrvhost.exe", "\"fontdrvhost.exe\"", UMFD_0,
     0},
    {1020, MADE_UP_WINLOGON, "fontdrvhost.exe", S32 "fontdrvhost.exe", "\"fontdrvhost.exe\"",
     UMFD_1, 1},
    {MADE_UP_SVCHOST, 900, "svchost.exe", SERVICE, SERVICE " -k DcomLaunch -p",
     MADE_UP_LOCAL_SYSTEM, 0},
    {1140, 900, "svchost.exe", SERVICE, SERVICE " -k RPCSS -p", NETWORK, 0},
    {1150, 1040, "WmiPrvSE.exe", S32 "wbem\\WmiPrvSE.exe", NULL, NETWORK, 0},
    {1200, MADE_UP_WINLOGON, "dwm.exe", S32 "dwm.exe", "\"dwm.exe\"", DWM_1, 1},
    {1300, 900, "svchost.exe", SERVICE, SERVICE " -k netsvcs -p -s Schedule", MADE_UP_LOCAL_SYSTEM,
     0},
    {1320, 900, "svchost.exe", SERVICE, SERVICE " -k LocalService -p", LOCAL, 0},
    {1500, 4, "Memory Compression", NULL, NULL, NULL, 0},
    {1600, 900, "spoolsv.exe", S32 "spoolsv.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {1700, 900, "MsMpEng.exe",
     "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe", NULL,
     MADE_UP_LOCAL_SYSTEM, 0},
    {1710, 1700, "svchost.exe", SERVICE, SERVICE, MADE_UP_LOCAL_SYSTEM, 0},
    {1800, 900, "dllhost.exe", S32 "dllhost.exe", S32 "dllhost.exe /Processid:{02D4B3F1}",
     MADE_UP_LOCAL_SYSTEM, 0},
    {1810, 900, "SearchIndexer.exe", S32 "SearchIndexer.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {1820, 900, "rpcnet.exe", "C:\\Windows\\SysWOW64\\rpcnet.exe", NULL, MADE_UP_LOCAL_SYSTEM, 0},
    {1830, 1820, "svchost.exe", "C:\\Windows\\SysWOW64\\svchost.exe",
     "C:\\Windows\\SysWOW64\\svchost.exe -k netsvcs", MADE_UP_LOCAL_SYSTEM, 0},
    {1840, 1040, "TiWorker.exe", "C:\\Windows\\WinSxS\\amd64_servicingstack\\TiWorker.exe", NULL,
     MADE_UP_LOCAL_SYSTEM, 0},
};

static const struct made_up alice[] = {
    {MADE_UP_USER_SVCHOST, 900, "svchost.exe", SERVICE, SERVICE " -k UnistackSvcGroup",
     MADE_UP_ALICE, 1},
    {5300, 1040, "sihost.exe", S32 "sihost.exe", "sihost.exe", MADE_UP_ALICE, 1},
    {5400, 1300, "taskhostw.exe", S32 "taskhostw.exe", "taskhostw.exe {222A245B}", MADE_UP_ALICE,
     1},
    {MADE_UP_USERINIT, MADE_UP_WINLOGON, "userinit.exe", S32 "userinit.exe", NULL, MADE_UP_ALICE,
     1},
    {MADE_UP_EXPLORER, MADE_UP_USERINIT, "explorer.exe", "C:\\Windows\\explorer.exe",
     "C:\\Windows\\Explorer.EXE", MADE_UP_ALICE, 1},
    {5700, 1040, "RuntimeBroker.exe", S32 "RuntimeBroker.exe", S32 "RuntimeBroker.exe -Embedding",
     MADE_UP_ALICE, 1},
    {5710, 1040, "StartMenuExperienceHost.exe",
     "C:\\Windows\\SystemApps\\StartMenu\\StartMenuExperienceHost.exe", NULL, MADE_UP_ALICE, 1},
    {5720, 1040, "dllhost.exe", S32 "dllhost.exe", S32 "dllhost.exe /Processid:{AB8902B4}",
     MADE_UP_ALICE, 1},
    {5730, 1040, "smartscreen.exe", S32 "smartscreen.exe", NULL, MADE_UP_ALICE, 1},
    {5740, 1320, "ctfmon.exe", S32 "ctfmon.exe", "\"ctfmon.exe\"", MADE_UP_ALICE, 1},
    {5750, 1040, "explorer.exe", "C:\\Windows\\explorer.exe",
     "C:\\Windows\\explorer.exe /factory,{75dff2b7} -Embedding", MADE_UP_ALICE, 1},
    {6000, 5640, "msedge.exe", "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
     NULL, MADE_UP_ALICE, 1},
    {6010, 6000, "explorer.exe", "C:\\Windows\\explorer.exe",
     "\"C:\\Windows\\explorer.exe\" /select,\"C:\\Users\\alice\\Downloads\\a.zip\"", MADE_UP_ALICE,
     1},
    {MADE_UP_CMD, 5640, "cmd.exe", S32 "cmd.exe", "cmd", MADE_UP_ALICE, 1},
    {7010, MADE_UP_CMD, "conhost.exe", S32 "conhost.exe", "\\??\\" S32 "conhost.exe 0x4",
     MADE_UP_ALICE, 1},
    {7020, MADE_UP_CMD, "PING.EXE", S32 "PING.EXE", "ping -t 192.0.2.1", MADE_UP_ALICE, 1},
    {7030, 5640, "OneDrive.exe", "C:\\Users\\alice\\AppData\\Local\\Microsoft\\OneDrive.exe", NULL,
     MADE_UP_ALICE, 1},
};

static const struct made_up bob[] = {
    {8000, MADE_UP_SMSS, "smss.exe", S32 "smss.exe", NULL, MADE_UP_LOCAL_SYSTEM, 2},
    {8010, 8000, "csrss.exe", S32 "csrss.exe", NULL, MADE_UP_LOCAL_SYSTEM, 2},
    {8020, 8000, "winlogon.exe", S32 "winlogon.exe", NULL, MADE_UP_LOCAL_SYSTEM, 2},
    {8030, 8020, "userinit.exe", S32 "userinit.exe", NULL, BOB, 2},
    {8040, 8030, "explorer.exe", "C:\\Windows\\explorer.exe", NULL, BOB, 2},
};

void made_up_windows11(struct scripted_source *machine)
{
    START_ALL(machine, kernel);
    *scripted_source_process(machine, 0) = (struct process_seen){
        .threads = 8, .name = text_of("System Idle Process")}; /* its start is not told */
    scripted_source_facts(machine, 0)->key.start = 0;
    scripted_source_exit(machine, 690, 0);
    scripted_source_exit(machine, 770, 0);
    START_ALL(machine, services);
    scripted_source_deny(machine, 910, READ_PROTECTED);
    START_ALL(machine, alice);
    scripted_source_exit(machine, MADE_UP_USERINIT, 0);
    START_ALL(machine, bob); /* his smss.exe and userinit.exe are still there */
}

void made_up_wine(struct scripted_source *machine)
{
    static const struct made_up all[] = {
        {32, 999, "cmd.exe", "Z:\\tmp\\cmd.exe", NULL, "S-1-5-21-0-0-0-1000", 1},
        {56, 40, "services.exe", "C:\\windows\\system32\\services.exe", NULL, "S-1-5-21-0-0-0-1000",
         1},
        {68, 56, "winedevice.exe", "C:\\windows\\system32\\winedevice.exe", NULL,
         "S-1-5-21-0-0-0-1000", 1},
        {104, 56, "plugplay.exe", "C:\\windows\\system32\\plugplay.exe", NULL,
         "S-1-5-21-0-0-0-1000", 1},
        {128, 56, "svchost.exe", "C:\\windows\\system32\\svchost.exe",
         "C:\\windows\\system32\\svchost.exe -k LocalServiceNetworkRestricted",
         "S-1-5-21-0-0-0-1000", 1},
        {160, 56, "winedevice.exe", "C:\\windows\\system32\\winedevice.exe", NULL,
         "S-1-5-21-0-0-0-1000", 1},
        {200, 32, "explorer.exe", "C:\\windows\\system32\\explorer.exe",
         "C:\\windows\\system32\\explorer.exe /desktop", "S-1-5-21-0-0-0-1000", 1},
        {220, 56, "rpcss.exe", "C:\\windows\\system32\\rpcss.exe", NULL, "S-1-5-21-0-0-0-1000", 1},
        {230, 32, "conhost.exe", "C:\\windows\\system32\\conhost.exe", NULL, "S-1-5-21-0-0-0-1000",
         1},
        {240, 56, "spoolsv.exe", "C:\\windows\\system32\\spoolsv.exe", NULL, "S-1-5-21-0-0-0-1000",
         1},
        {250, 32, "start.exe", "C:\\windows\\system32\\start.exe", NULL, "S-1-5-21-0-0-0-1000", 1},
        {260, 32, "wineboot.exe", "C:\\windows\\system32\\wineboot.exe", NULL,
         "S-1-5-21-0-0-0-1000", 1},
    };
    START_ALL(machine, all);
}
