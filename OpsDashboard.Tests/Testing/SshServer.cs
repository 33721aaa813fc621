using System.Diagnostics;
using Xunit;

namespace OpsDashboard.Tests.Testing;

/// <summary>A test that needs a real OpenSSH server.</summary>
public sealed class SshFactAttribute : FactAttribute
{
    public SshFactAttribute() => Skip = RealServer.SkipUnless(SshServer.Program, "The OpenSSH server");
}

/// <summary>Cases that need a real OpenSSH server.</summary>
public sealed class SshTheoryAttribute : TheoryAttribute
{
    public SshTheoryAttribute() => Skip = RealServer.SkipUnless(SshServer.Program, "The OpenSSH server");
}

/// <summary>An OpenSSH server of the test's own: signs in the test's user with one key.</summary>
public sealed class SshServer : IDisposable
{
    readonly Process process;
    readonly string folder;

    SshServer(Process process, string folder, int port) => (this.process, this.folder, Port) = (process, folder, port);

    /// <summary>It starts itself again for each connection and wants its full path.</summary>
    public static string? Program => RealServer.Find("sshd", "/usr/sbin");

    public int Port { get; }

    public string User => Environment.UserName;

    public string PrivateKey => File.ReadAllText(Path.Combine(folder, "key"));

    /// <summary>As the catalogue has it: type and key.</summary>
    public string HostKey => string.Join(' ', File.ReadAllText(Path.Combine(folder, "host.pub")).Split(' ')[..2]);

    public static async Task<SshServer> StartAsync(int? port = null)
    {
        var folder = RealServer.TemporaryFolder("ssh");
        foreach (var name in new[] { "host", "key" })
            await RealServer.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", Path.Combine(folder, name));
        File.Copy(Path.Combine(folder, "key.pub"), Path.Combine(folder, "authorized_keys"));
        var chosen = port ?? RealServer.FreePort();
        var settings = Path.Combine(folder, "sshd_config");
        await File.WriteAllTextAsync(settings, $"""
            ListenAddress 127.0.0.1
            Port {chosen}
            HostKey {folder}/host
            PidFile {folder}/pid
            AuthorizedKeysFile {folder}/authorized_keys
            AuthenticationMethods publickey
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM no
            MaxStartups 100
            """);
        // Where root starts it, it gives its rights up in this folder.
        if (Environment.UserName == "root")
            Directory.CreateDirectory("/run/sshd");
        var process = RealServer.Start(Program!, "-D", "-e", "-f", settings);
        await RealServer.WaitForPortAsync(chosen);
        return new(process, folder, chosen);
    }

    public void Dispose() => RealServer.Kill(process);
}
