using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>
/// One connection of the system's OpenSSH client that runs one of our scripts. It asks nobody anything, accepts the catalogue's host keys only, uses the one key
/// only, and forwards nothing. Ended when disposed.
/// </summary>
sealed class SshClient : IDisposable
{
    const int MaxErrors = 8000;
    const string Alias = "node";

    readonly Process process;
    readonly SshFolder folder;
    readonly ControlFrames frames;
    readonly StringBuilder errors = new();
    readonly byte[] buffer = new byte[16 << 10];
    readonly Queue<string> sentences = [];

    SshClient(Process process, SshFolder folder, string nonce) => (this.process, this.folder, frames) = (process, folder, new(nonce));

    public Stream Errors => process.StandardError.BaseStream;

    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <param name="root">Where the key may lie for the time of the connection.</param>
    /// <exception cref="NodeException">There is no client here.</exception>
    public static async Task<SshClient> StartAsync(SshAddress address, string key, string root, string script, string nonce, CancellationToken stop)
    {
        var folder = SshFolder.Create(root, Alias, address, key);
        SshClient client;
        try
        {
            client = new(Process.Start(Info(address, folder))!, folder, nonce);
        }
        catch (Win32Exception)
        {
            folder.Dispose();
            throw new NodeException("The OpenSSH client `ssh` is not installed where the dashboard runs.");
        }
        try
        {
            await client.WriteAsync(script, stop);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>A connection that is refused has nobody who reads; what the client says about it is told when its streams end.</summary>
    public async Task WriteAsync(string text, CancellationToken stop)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
            await process.StandardInput.BaseStream.FlushAsync(stop);
        }
        catch (IOException)
        {
            // The streams tell.
        }
    }

    /// <summary>The next sentence of the script, or null when the connection ended; what the command writes meanwhile is handed on.</summary>
    public async Task<string?> NextAsync(Action<byte[]> output, CancellationToken stop)
    {
        while (sentences.Count == 0)
        {
            var length = await ReadAsync(process.StandardOutput.BaseStream, stop);
            var plain = new List<byte>();
            foreach (var sentence in frames.Read(buffer.AsSpan(0, length), plain))
                sentences.Enqueue(sentence);
            if (length == 0)
                plain.AddRange(frames.Complete());
            if (plain.Count > 0)
                output([.. plain]);
            if (length == 0 && sentences.Count == 0)
                return null;
        }
        return sentences.Dequeue();
    }

    /// <summary>What the client said, to its end; for a connection that did not come about.</summary>
    public async Task<string> ReadErrorsAsync(CancellationToken stop)
    {
        using var reader = new StreamReader(Errors, Encoding.UTF8, leaveOpen: true);
        var text = new char[1024];
        while (errors.Length < MaxErrors && await reader.ReadAsync(text, stop) is > 0 and var length)
            errors.Append(text, 0, length);
        return errors.ToString();
    }

    public void DropKey() => folder.DropKey();

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        folder.Dispose();
    }

    async Task<int> ReadAsync(Stream stream, CancellationToken stop)
    {
        try
        {
            return await stream.ReadAsync(buffer, stop);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static ProcessStartInfo Info(SshAddress address, SshFolder folder)
    {
        string[] options =
        [
            "BatchMode=yes", "StrictHostKeyChecking=yes", $"UserKnownHostsFile={Literal(folder.KnownHostsFile)}", "GlobalKnownHostsFile=/dev/null", $"HostKeyAlias={Alias}", "CheckHostIP=no",
            "UpdateHostKeys=no", "VerifyHostKeyDNS=no", $"IdentityFile={Literal(folder.KeyFile)}", "IdentitiesOnly=yes", "IdentityAgent=none", "PreferredAuthentications=publickey",
            "ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes", "Tunnel=no", "PermitLocalCommand=no", "ControlMaster=no", "ControlPath=none", "RequestTTY=no", "EscapeChar=none",
            "ConnectTimeout=10", "ConnectionAttempts=1", "ServerAliveInterval=5", "ServerAliveCountMax=3", "LogLevel=ERROR",
        ];
        var start = new ProcessStartInfo("ssh", ["-F", "none", .. options.SelectMany(option => new[] { "-o", option }), "-p", $"{address.Port}", "-l", address.User, "--", address.Host, "exec /bin/sh -s"])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Its messages are read; nothing else of the dashboard's own concerns it.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    // The client splits at spaces and replaces what follows a percent sign.
    static string Literal(string path) => $"\"{path.Replace("%", "%%", StringComparison.Ordinal)}\"";
}
