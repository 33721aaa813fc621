using System.ComponentModel;
using System.Diagnostics;

namespace OpsDashboard.Runbooks.Nodes.Local;

/// <summary>A process that leads a session of its own and waits at a gate: the command's own program begins when the gate opens, and never if the dashboard ends before.</summary>
sealed class GatedProcess : IDisposable
{
    /// <summary>The arguments are those of the script, which no shell reads again; standard input is empty from the gate on.</summary>
    const string Gate = """read -r gate && [ "$gate" = go ] || exit 125; exec "$@" </dev/null""";

    static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(2);

    readonly Process process;

    GatedProcess(Process process, CommandHandle handle) => (this.process, Handle) = (process, handle);

    public CommandHandle Handle { get; }

    public Stream Output => process.StandardOutput.BaseStream;

    public Stream Errors => process.StandardError.BaseStream;

    public int ExitCode => process.ExitCode;

    /// <exception cref="NodeException">It could not be started; nothing ran.</exception>
    public static async Task<GatedProcess> StartAsync(CommandSpec command, TimeProvider clock, CancellationToken stop)
    {
        var marker = CommandHandle.NewMarker();
        var process = Start(command, marker);
        try
        {
            return new(process, await WaitForSessionAsync(process, marker, clock, stop));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public async Task OpenAsync(CancellationToken stop)
    {
        try
        {
            await process.StandardInput.WriteAsync("go\n".AsMemory(), stop);
            await process.StandardInput.FlushAsync(stop);
        }
        catch (IOException)
        {
            // Somebody ended it at the gate; its exit code says so.
        }
        process.StandardInput.Close();
    }

    public Task WaitForExitAsync(CancellationToken stop) => process.WaitForExitAsync(stop);

    public void Dispose() => process.Dispose();

    static Process Start(CommandSpec command, string marker)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Gate, "gate", .. command.Arguments])
        {
            WorkingDirectory = command.Folder ?? "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in CommandSpec.KeptVariables)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }
        start.Environment["TERM"] = "dumb";
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        foreach (var (name, secret) in command.Secrets)
            start.Environment[name] = secret.Reveal();
        start.Environment[CommandHandle.Variable] = marker;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new NodeException(Directory.Exists(start.WorkingDirectory) ? $"No process could be started: {failure.Message}." : $"There is no folder `{command.Folder}`.");
        }
    }

    // Until setsid has run it is in the dashboard's own session, and must not be known by it.
    static async Task<CommandHandle> WaitForSessionAsync(Process process, string marker, TimeProvider clock, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) < StartsWithin)
        {
            if (ProcessTable.Find(process.Id) is not { IsDead: false } entry)
                break;
            if (entry.Session == entry.Id)
                return new(marker, ProcessTable.Boot, entry.Id, entry.StartedAt);
            await Task.Delay(Pause, clock, stop);
        }
        throw new NodeException("The command's process did not come up in a session of its own.");
    }
}
