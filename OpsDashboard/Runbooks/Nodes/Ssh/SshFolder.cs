using System.Runtime.Versioning;

namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>Key and known host keys as files that only the program's user may read, for the time of one call.</summary>
sealed class SshFolder : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly string folder;

    SshFolder(string folder) => this.folder = folder;

    public string KeyFile => Path.Combine(folder, "key");

    public string KnownHostsFile => Path.Combine(folder, "known_hosts");

    /// <exception cref="NodeException">Files cannot be kept from others here.</exception>
    /// <param name="alias">The name by which the client looks the host keys up.</param>
    public static SshFolder Create(string root, string alias, SshAddress address, string key)
    {
        if (OperatingSystem.IsWindows())
            throw new NodeException("Keys can be kept from other users on Linux alone: run the dashboard there.");
        var folder = new SshFolder(Path.Combine(root, Path.GetRandomFileName()));
        Directory.CreateDirectory(folder.folder, OwnerOnly | UnixFileMode.UserExecute);
        Write(folder.KeyFile, key.ReplaceLineEndings("\n") + "\n");
        Write(folder.KnownHostsFile, string.Concat(address.HostKeys.Select(hostKey => $"{alias} {hostKey}\n")));
        return folder;
    }

    /// <summary>Takes away what a crash left.</summary>
    public static string Sweep(string root)
    {
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
        return root;
    }

    /// <summary>The client has signed in: the key is not needed any more.</summary>
    public void DropKey() => File.Delete(KeyFile);

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    [UnsupportedOSPlatform("windows")]
    static void Write(string file, string text)
    {
        using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    }
}
