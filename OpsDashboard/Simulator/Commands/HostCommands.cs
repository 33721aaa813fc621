using System.Globalization;
using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary>What every Linux machine of the guides has besides.</summary>
static class HostCommands
{
    const double UsuallyFull = 0.58;

    public static async Task<int> DiskAsync(SimulatedCommand command)
    {
        var full = command.System.Faults.Value(FaultKind.DiskFull) ?? UsuallyFull;
        await command.OutAsync("Filesystem      Size  Used Avail Use% Mounted on");
        await command.OutAsync("/dev/vda1        40G   18G   22G  46% /");
        await command.OutAsync(FormattableString.Invariant($"/dev/vdb1       120G {120 * full,4:0}G {120 * (1 - full),4:0}G {full * 100,3:0}% /data"));
        return 0;
    }

    public static async Task<int> MemoryAsync(SimulatedCommand command)
    {
        var used = (command.System.Machine.MemoryBytes / 1048576) + 573;
        await command.OutAsync("               total        used        free   available");
        await command.OutAsync(FormattableString.Invariant($"Mem:            4096 {used,11:0} {4096 - used,11:0} {4096 - used,11:0}"));
        return 0;
    }

    public static async Task<int> TopAsync(SimulatedCommand command)
    {
        var machine = command.System.Machine;
        await command.OutAsync(FormattableString.Invariant($"%Cpu(s): {machine.Cpu * 72:0.0} us, {machine.Cpu * 24:0.0} sy, {100 - (machine.Cpu * 100):0.0} id, {machine.Cpu * 4:0.0} wa"));
        await command.OutAsync("    PID USER      %CPU  %MEM COMMAND");
        if (command.System.Faults.Value(FaultKind.BusyProcessor) is { } other)
            await command.OutAsync(FormattableString.Invariant($"   2931 batch     {other * 100,4:0.0}   0.6 batch-export"));
        if (command.System.IsRunning)
            await command.OutAsync(FormattableString.Invariant($"   1204 app       {machine.Cpu * 100,4:0.0}  {machine.MemoryRatio * 100,4:0.0} {command.System.Id}"));
        await command.OutAsync("    812 postgres   4.0   7.8 postgres");
        return 0;
    }

    /// <summary><c>journalctl --vacuum-time=7d</c></summary>
    public static async Task<int> JournalAsync(SimulatedCommand command)
    {
        if (!command.Arguments.Any(argument => argument.StartsWith("--vacuum-time=", StringComparison.Ordinal)))
            return await command.FailAsync(1, "journalctl: unknown option");
        await command.OutAsync("Vacuuming done, freed 312.0M of archived journals from /var/log/journal.");
        return 0;
    }

    /// <summary><c>ufw insert 1 deny from &lt;address&gt;</c>, <c>ufw delete deny from &lt;address&gt;</c></summary>
    public static async Task<int> FirewallAsync(SimulatedCommand command)
    {
        var premises = command.System.Premises;
        switch (command.Arguments)
        {
            case ["insert", "1", "deny", "from", var address]:
                if (!premises.Block(address))
                    return await command.FailAsync(1, "ERROR: Bad source address");
                await command.OutAsync("Rule inserted");
                return 0;
            case ["delete", "deny", "from", var address]:
                await command.OutAsync(premises.Unblock(address) ? "Rule deleted" : "Could not delete non-existent rule");
                return 0;
            default:
                return await command.FailAsync(1, "ERROR: Invalid syntax");
        }
    }

    /// <summary><c>apt-get update</c>, <c>apt-get -y upgrade</c></summary>
    public static async Task<int> PackagesAsync(SimulatedCommand command)
    {
        if (command.Arguments is ["update"])
        {
            await command.PauseAsync(1);
            await command.OutAsync("Reading package lists... Done");
            return 0;
        }
        if (!command.Arguments.Contains("upgrade"))
            return await command.FailAsync(100, $"E: Invalid operation {command.Arguments.FirstOrDefault()}");
        foreach (var package in new[] { "openssl", "libssl3", "nodejs" })
        {
            await command.OutAsync($"Setting up {package} ...");
            await command.PauseAsync(0.5);
        }
        await command.OutAsync(string.Create(CultureInfo.InvariantCulture, $"{3} upgraded, 0 newly installed, 0 to remove and 0 not upgraded."));
        return 0;
    }
}
