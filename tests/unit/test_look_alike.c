#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/judge/look_alike.h"

static void assert_like(const char *name, const char *core)
{
    const char *found = look_alike_of(text_from(name));
    if (!found || strcmp(found, core) != 0)
        fail_msg("%s looks like %s, not like %s", name, found ? found : "nothing", core);
}

static void assert_unlike(const char *name)
{
    const char *found = look_alike_of(text_from(name));
    if (found)
        fail_msg("%s is taken for %s", name, found);
}

static void test_names_that_look_like_a_core_process(void **state)
{
    (void)state;
    assert_like("svch0st.exe", "svchost.exe");
    assert_like("scvhost.exe", "svchost.exe");
    assert_like("svhost.exe", "svchost.exe");
    assert_like("svchosts.exe", "svchost.exe");
    assert_like("SVCH0ST.EXE", "svchost.exe");
    assert_like("5vchost.exe", "svchost.exe");
    assert_like("lsasss.exe", "lsass.exe");
    assert_like("lsas.exe", "lsass.exe");
    assert_like("Isass.exe", "lsass.exe"); /* a capital i */
    assert_like("1sass.exe", "lsass.exe");
    assert_like("csrsss.exe", "csrss.exe");
    assert_like("cssrs.exe", "csrss.exe");
    assert_like("expIorer.exe", "explorer.exe");
    assert_like("explore.exe", "explorer.exe");
    assert_like("iexplorer.exe", "explorer.exe");
    assert_like("winlogin.exe", "winlogon.exe");
    assert_like("wlnlnit.exe", "wininit.exe");
    assert_like("vvininit.exe", "wininit.exe");
    assert_like("srnss.exe", "smss.exe");
    assert_like("smsss.exe", "smss.exe");
    assert_like("spoolsvc.exe", "spoolsv.exe");
    assert_like("taskhosts.exe", "taskhost.exe");
    assert_like("dIlhost.exe", "dllhost.exe");
    assert_like("svchost.com", "svchost.exe");
    assert_like("svchost.scr", "svchost.exe");
    assert_like("svchost", "svchost.exe");
}

static void test_letters_of_other_scripts(void **state)
{
    (void)state;
    assert_like("\xd1\x95vchost.exe", "svchost.exe");      /* Cyrillic dze */
    assert_like("svch\xd0\xbest.exe", "svchost.exe");      /* Cyrillic o */
    assert_like("svch\xce\xbfst.exe", "svchost.exe");      /* Greek omicron */
    assert_like("l\xd1\x95\xd0\xb0ss.exe", "lsass.exe");   /* two of them */
    assert_like("\xef\xbd\x93vchost.exe", "svchost.exe");  /* fullwidth s */
    assert_like("svc\xe2\x80\x8bhost.exe", "svchost.exe"); /* zero-width space */
    assert_like("svc\xc2\xadhost.exe", "svchost.exe");     /* soft hyphen */
    assert_like("sm\xd1\x95s.exe", "smss.exe");
    assert_like("Syst\xd0\xb5m", "System");
    assert_unlike("\xd0\xa1\xd0\xbf\xd0\xb8\xd1\x81\xd0\xbe\xd0\xba.exe"); /* a Russian word */
    assert_unlike("\xe5\xbe\xae\xe4\xbf\xa1.exe");
}

static void test_core_processes_are_not_alike(void **state)
{
    (void)state;
    assert_unlike("svchost.exe");
    assert_unlike("SvcHost.EXE");
    assert_unlike("taskhost.exe");
    assert_unlike("taskhostw.exe");
    assert_unlike("taskhostex.exe");
    assert_unlike("LsaIso.exe");
    assert_unlike("System");
    assert_unlike("Memory Compression");
}

/* What runs on ordinary machines: of Windows 7 to 11 and Server, of Wine, and widespread others. */
static void test_ordinary_names_are_not_alike(void **state)
{
    static const char names[] =
        "System Idle Process|aitstatic.exe|AggregatorHost.exe|ApplicationFrameHost.exe|"
        "AppHostRegistrationVerifier.exe|audiodg.exe|AuthHost.exe|backgroundTaskHost.exe|"
        "backgroundTransferHost.exe|bcdedit.exe|BackgroundDownload.exe|browser_broker.exe|"
        "certutil.exe|CExecSvc.exe|chrome.exe|cmd.exe|CompatTelRunner.exe|CompPkgSrv.exe|"
        "consent.exe|control.exe|CredentialUIBroker.exe|cscript.exe|csrstub.exe|ctfmon.exe|"
        "dasHost.exe|DataExchangeHost.exe|dfrgui.exe|dfssvc.exe|dfsrs.exe|DiagnosticsHub.exe|"
        "DismHost.exe|dllhst3g.exe|dns.exe|dsNcService.exe|EoAExperiences.exe|excel.exe|"
        "explorer++.exe|firefox.exe|FileCoAuth.exe|fltMC.exe|FlashUtil.exe|fxssvc.exe|"
        "GameBar.exe|GameBarFTServer.exe|GoogleUpdate.exe|HxTsr.exe|iexplore.exe|"
        "igfxEM.exe|inetinfo.exe|ism.exe|ismserv.exe|jusched.exe|LockApp.exe|LogonUI.exe|"
        "lpksetup.exe|makecab.exe|mmc.exe|MicrosoftEdge.exe|MicrosoftEdgeCP.exe|MoUsoCoreWorker."
        "exe|"
        "mobsync.exe|MpCmdRun.exe|MsMpEng.exe|msdtc.exe|msedge.exe|msedgewebview2.exe|mshta.exe|"
        "msiexec.exe|mspaint.exe|msseces.exe|mstsc.exe|NisSrv.exe|node.exe|notepad.exe|"
        "notepad++.exe|ntoskrnl.exe|NVDisplay.Container.exe|OfficeClickToRun.exe|OneDrive.exe|"
        "OpenConsole.exe|OpenWith.exe|outlook.exe|PerfHost.exe|perfmon.exe|PhoneExperienceHost.exe|"
        "PING.EXE|plugplay.exe|powershell.exe|PresentationHost.exe|procexp64.exe|ProcessHacker.exe|"
        "pwsh.exe|python.exe|rdpclip.exe|rdpinit.exe|reg.exe|regedit.exe|rpcnet.exe|rpcss.exe|"
        "runonce.exe|RtkAudUService64.exe|rundll32.exe|SavService.exe|sc.exe|schtasks.exe|"
        "SearchApp.exe|SearchFilterHost.exe|SearchHost.exe|SearchIndexer.exe|SearchProtocolHost."
        "exe|"
        "SearchUI.exe|SecurityHealthHost.exe|SecurityHealthService.exe|SecurityHealthSystray.exe|"
        "ServerManager.exe|service.exe|setup.exe|SgrmBroker.exe|ShellExperienceHost.exe|sihost.exe|"
        "Skype.exe|SkypeApp.exe|SlideToShutDown.exe|smartscreen.exe|SMSvcHost.exe|snmp.exe|"
        "SnippingTool.exe|splwow64.exe|SppExtComObj.Exe|sppsvc.exe|sqlservr.exe|ssh.exe|sshd.exe|"
        "ssms.exe|start.exe|StartMenuExperienceHost.exe|stakeout.exe|stakeout-cli.exe|"
        "SystemSettings.exe|SystemSettingsBroker.exe|SysMain.exe|TabTip.exe|taskeng.exe|"
        "taskkill.exe|tasklist.exe|Taskmgr.exe|Teams.exe|telegram.exe|TextInputHost.exe|"
        "TiWorker.exe|tlntsvr.exe|TrustedInstaller.exe|TSTheme.exe|tzsync.exe|unsecapp.exe|"
        "upnpcont.exe|UserOOBEBroker.exe|UsoClient.exe|VaultCmd.exe|vds.exe|VGAuthService.exe|"
        "vmcompute.exe|vmms.exe|vmmem|vmtoolsd.exe|vmwp.exe|VSSVC.exe|w32tm.exe|w3wp.exe|WaaSMedic|"
        "wbengine.exe|Widgets.exe|WidgetService.exe|WerFault.exe|wermgr.exe|wevtutil.exe|"
        "winedevice.exe|wineboot.exe|winhlp32.exe|WinRAR.exe|winrshost.exe|WinStore.App.exe|"
        "winver.exe|winword.exe|wlanext.exe|wlms.exe|wlrmdr.exe|wmic.exe|WmiApSrv.exe|"
        "wmpnetwk.exe|WmiAdap.exe|write.exe|wscript.exe|wsmprovhost.exe|WUDFHost.exe|wuauclt.exe|"
        "WWAHost.exe|XboxGameBarSpotify.exe|xwizard.exe|YourPhone.exe|services.msc|uTorrent.exe";
    struct text rest = text_from(names);
    size_t count = 0;
    (void)state;
    while (rest.size) {
        size_t bar = text_find(rest, text_of("|"));
        size_t size = bar == SIZE_MAX ? rest.size : bar;
        struct text name = text_slice(rest, 0, size);
        const char *found = look_alike_of(name);
        if (text_equal(name, text_of("services.msc")))
            assert_non_null(found); /* never the name of a process */
        else if (found)
            fail_msg("%.*s is taken for %s", (int)size, name.bytes, found);
        assert_false(look_alike_mixes_scripts(name));
        assert_false(look_alike_turns(name));
        assert_false(look_alike_has_two_extensions(name));
        assert_false(look_alike_has_odd_spaces(name));
        size += bar != SIZE_MAX;
        rest = text_slice(rest, size, rest.size - size);
        count++;
    }
    assert_true(count > 180);
}

static void test_odd_texts_are_no_trouble(void **state)
{
    char longest[4000];
    (void)state;
    memset(longest, 'r', sizeof longest);
    assert_null(look_alike_of((struct text){longest, sizeof longest}));
    assert_null(look_alike_of((struct text){NULL, 0}));
    assert_null(look_alike_of(text_of(".")));
    assert_null(look_alike_of(text_of(".exe")));
    assert_null(look_alike_of(text_of("\xff\xfe\xc0.exe")));
    assert_false(look_alike_has_odd_spaces((struct text){NULL, 0}));
    assert_false(look_alike_has_two_extensions(text_of(".exe")));
    assert_false(look_alike_has_two_extensions(text_of("pdf.exe")));
    assert_false(look_alike_turns(text_of("\xe2\x80")));
}

static void test_mixed_scripts(void **state)
{
    (void)state;
    assert_true(look_alike_mixes_scripts(text_of("chr\xd0\xbeme.exe")));
    assert_true(look_alike_mixes_scripts(text_of("\xd0\xa1hrome update.exe")));
    assert_true(look_alike_mixes_scripts(text_of("n\xce\xbf"
                                                 "de.exe")));
    assert_false(look_alike_mixes_scripts(text_of("chrome.exe")));
    /* Words of two languages side by side, and a word that mixes them for all to see. */
    assert_false(look_alike_mixes_scripts(text_of("\xd0\xbe\xd1\x81\xd0\xb0 office.exe")));
    assert_false(look_alike_mixes_scripts(text_of("PDF\xd1\x84\xd0\xb0\xd0\xb9\xd0\xbb.exe")));
    assert_false(look_alike_mixes_scripts(text_of("caf\xc3\xa9.exe")));
}

static void test_direction_marks(void **state)
{
    (void)state;
    assert_true(look_alike_turns(text_of("invoice\xe2\x80\xaegpj.exe")));
    assert_true(look_alike_turns(text_of("a\xe2\x81\xa7"
                                         "b.exe")));
    assert_false(look_alike_turns(text_of("invoice.exe")));
    assert_false(look_alike_turns(text_of("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d.exe"))); /* Hebrew */
}

static void test_double_extensions(void **state)
{
    (void)state;
    assert_true(look_alike_has_two_extensions(text_of("invoice.pdf.exe")));
    assert_true(look_alike_has_two_extensions(text_of("Invoice.PDF.SCR")));
    assert_true(look_alike_has_two_extensions(text_of("invoice.pdf         .exe")));
    assert_true(look_alike_has_two_extensions(text_of("svchost.exe.exe")));
    assert_false(look_alike_has_two_extensions(text_of("python3.11.exe")));
    assert_false(look_alike_has_two_extensions(text_of("App.vshost.exe")));
    assert_false(look_alike_has_two_extensions(text_of("WinStore.App.exe")));
    assert_false(look_alike_has_two_extensions(text_of("notes.pdf.txt")));
    assert_false(look_alike_has_two_extensions(text_of("pdf.exe")));
}

static void test_odd_spaces(void **state)
{
    (void)state;
    assert_true(look_alike_has_odd_spaces(text_of("svchost.exe ")));
    assert_true(look_alike_has_odd_spaces(text_of("svchost .exe")));
    assert_true(look_alike_has_odd_spaces(text_of(" svchost.exe")));
    assert_true(look_alike_has_odd_spaces(text_of("svchost.exe.")));
    assert_true(look_alike_has_odd_spaces(text_of("svchost.exe\xc2\xa0"))); /* no-break space */
    assert_false(look_alike_has_odd_spaces(text_of("svchost.exe")));
    assert_false(look_alike_has_odd_spaces(text_of("Memory Compression")));
    assert_false(look_alike_has_odd_spaces(text_of("My Program.exe")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_that_look_like_a_core_process),
        cmocka_unit_test(test_letters_of_other_scripts),
        cmocka_unit_test(test_core_processes_are_not_alike),
        cmocka_unit_test(test_ordinary_names_are_not_alike),
        cmocka_unit_test(test_odd_texts_are_no_trouble),
        cmocka_unit_test(test_mixed_scripts),
        cmocka_unit_test(test_direction_marks),
        cmocka_unit_test(test_double_extensions),
        cmocka_unit_test(test_odd_spaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
