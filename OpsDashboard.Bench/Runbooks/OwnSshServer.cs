using System.Diagnostics;
using System.Net.Sockets;
using OpsDashboard.Bench.Collect;
using OpsDashboard.Runbooks.Nodes.Ssh;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>An OpenSSH server of the benchmark's own on loopback, which signs in the user that runs it with one key. Ended when disposed.</summary>
sealed class OwnSshServer : ISecrets, IDisposable
{
    static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(10);

    readonly string folder;
    readonly Process process;
    readonly int port;

    OwnSshServer(string folder, Process process, int port) => (this.folder, this.process, this.port) = (folder, process, port);

    public SshNode Node => new(new("127.0.0.1", port, Environment.UserName, "key", [string.Join(' ', Text("host.pub").Split(' ')[..2])]), this, Path.Combine(folder, "keys"), TimeProvider.System);

    public SecretValue Find(string name) => new(name, Text("key"));

    public static async Task<OwnSshServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ops-bench-ssh").FullName;
        foreach (var name in new[] { "host", "key" })
        {
            using var made = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", Path.Combine(folder, name)]);
            await made.WaitForExitAsync();
        }
        var port = Launch.FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey {folder}/host
            PidFile {folder}/pid
            AuthorizedKeysFile {folder}/key.pub
            AuthenticationMethods publickey
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM no
            MaxStartups 100
            """);
        // Where root starts it, it gives its rights up in this folder.
        if (Environment.UserName == "root")
            Directory.CreateDirectory("/run/sshd");
        // It starts itself again for each connection and wants its full path.
        var server = new OwnSshServer(folder, Process.Start("/usr/sbin/sshd", ["-D", "-f", Path.Combine(folder, "sshd_config")]), port);
        await server.AnswersAsync();
        return server;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    string Text(string name) => File.ReadAllText(Path.Combine(folder, name));

    async Task AnswersAsync()
    {
        using var late = new CancellationTokenSource(StartsWithin);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await tick.WaitForNextTickAsync(late.Token))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, late.Token);
                return;
            }
            catch (SocketException)
            {
                // It does not listen yet.
            }
        }
    }
}
