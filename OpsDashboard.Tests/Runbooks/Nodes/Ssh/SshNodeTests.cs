using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Ssh;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes.Ssh;

/// <summary>Against a real OpenSSH server on loopback.</summary>
public sealed class SshNodeTests : IClassFixture<SshNodeTests.Server>
{
    readonly Server server;
    readonly string keys = Path.Combine(RealServer.TemporaryFolder("keys"), "with a space");

    public SshNodeTests(Server server) => this.server = server;

    [SshFact]
    public async Task Command_RunToItsEnd_GivesLinesAndExitCode()
    {
        var (result, watch) = await RunAsync("sh", "-c", "echo out; echo err >&2; exit 3");
        Assert.Equal((CommandEnding.Exited, 3), (result.End, result.ExitCode));
        Assert.Equal(["out"], watch.Output);
        Assert.Equal(["err"], watch.Errors);
    }

    [SshTheory]
    [InlineData("; rm -rf /tmp/x")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("a'b\"c")]
    [InlineData("line one\nline two\n")]
    [InlineData("--option")]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("日本 😀")]
    [InlineData("END\n}\nexit 0\n")]
    [InlineData("-n\r\nx")]
    public async Task Argument_ThatTriesToInject_ArrivesAsItIs(string argument)
    {
        var (_, watch) = await RunAsync("sh", "-c", "printf %s \"$1\" | od -An -v -tx1 | tr -d ' \\n'; echo", "sh", argument);
        Assert.Equal(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(argument)), Assert.Single(watch.Output));
    }

    [SshFact]
    public async Task Arguments_OfAnyText_ArriveAsTheyAre()
    {
        // Many arguments a connection: each is a case of its own.
        var random = new Random(11);
        for (var round = 0; round < 6; round++)
        {
            var arguments = Enumerable.Range(0, 60).Select(_ => AnyText.Printable(random)).ToArray();
            var (_, watch) = await RunAsync(["printf", "<%s>\n", .. arguments]);
            Assert.Equal(arguments.Select(argument => $"<{argument}>"), watch.Output);
        }
    }

    [SshFact]
    public async Task Argument_WithANul_IsRefused() => Assert.Equal(CommandEnding.NotStarted, (await RunAsync("echo", "a\0b")).Result.End);

    [SshFact]
    public async Task Secret_IsInTheEnvironmentAndMaskedAndInNoListOfProcesses()
    {
        var watch = new NotedCommand();
        var command = new CommandSpec(["sh", "-c", "echo \"it is $TOKEN\"; echo \"name $folder\"; all=$(cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'); case \"$all\" in *\"$TOKEN\"*) echo seen ;; *) echo unseen ;; esac"])
        {
            Environment = new Dictionary<string, string> { ["folder"] = "one's own" },
            Secrets = new Dictionary<string, SecretValue> { ["TOKEN"] = new("token", "s3cr3t'value") },
        };
        await Node().RunAsync(command, watch, CancellationToken.None);
        Assert.Equal(["it is •••", "name one's own", "unseen"], watch.Output);
    }

    [SshFact]
    public async Task Environment_HoldsOnlyWhatIsAllowed()
    {
        var (_, watch) = await RunAsync("env");
        Assert.Subset(new HashSet<string>([.. CommandSpec.KeptVariables, "TERM", "PWD", "OLDPWD", "SHLVL", "_", CommandHandle.Variable]), watch.Output.Select(line => line.Split('=')[0]).ToHashSet());
    }

    [SshFact]
    public async Task StandardInput_IsEmpty() => Assert.Equal(["0"], (await RunAsync("wc", "-c")).Watch.Output);

    [SshFact]
    public async Task Program_ThatIsNotThere_IsSaid() => Assert.Equal("The command ended with exit code 127: its program was not found.", (await RunAsync("no-such-program-here")).Result.Sentence);

    [SshFact]
    public async Task Folder_ThatIsNotThere_IsSaid() =>
        Assert.Equal("127.0.0.1 cannot run commands. There is no such folder.", (await Node().RunAsync(new(["pwd"]) { Folder = "/no/such" }, new NotedCommand(), CancellationToken.None)).Sentence);

    [SshFact]
    public async Task Key_LiesNowhereAfterTheCall()
    {
        var files = new List<string>();
        var watch = new NotedCommand { Storing = _ => { files.AddRange(Directory.EnumerateFiles(keys, "key", SearchOption.AllDirectories)); return Task.CompletedTask; } };
        await Node().RunAsync(new(["true"]), watch, CancellationToken.None);
        // Signed in, the key is gone before the command begins.
        Assert.Empty(files);
        Assert.Empty(Directory.EnumerateFileSystemEntries(keys));
    }

    [SshFact]
    public async Task HostKey_ThatChanged_RunsNothing()
    {
        using var other = await SshServer.StartAsync();
        var file = Path.Combine(RealServer.TemporaryFolder("gate"), "ran");
        var result = await Node(hostKey: other.HostKey).RunAsync(new(["touch", file]), new NotedCommand(), CancellationToken.None);
        Assert.Equal(CommandEnding.NotStarted, result.End);
        Assert.StartsWith("127.0.0.1 showed another host key than the catalogue has: nothing was run.", result.Sentence);
        Assert.False(File.Exists(file));
    }

    [SshFact]
    public async Task Key_ThatIsNotAccepted_IsSaid()
    {
        using var other = await SshServer.StartAsync();
        var result = await Node(key: other.PrivateKey).RunAsync(new(["true"]), new NotedCommand(), CancellationToken.None);
        Assert.Equal($"127.0.0.1 does not accept the key `deploy` for the user {server.Running.User}: nothing was run.", result.Sentence);
    }

    [SshFact]
    public async Task Key_ThatIsNone_IsSaid() =>
        Assert.Equal("The secret `deploy` is no private key that works without a passphrase: nothing was run.", (await Node(key: "not a key at all").RunAsync(new(["true"]), new NotedCommand(), CancellationToken.None)).Sentence);

    [SshFact]
    public async Task Machine_ThatRefuses_IsSaid()
    {
        var port = RealServer.FreePort();
        Assert.Equal($"127.0.0.1 refuses connections to port {port}: nothing was run.", (await Node(port: port).RunAsync(new(["true"]), new NotedCommand(), CancellationToken.None)).Sentence);
    }

    [SshFact]
    public async Task Secret_ThatIsMissing_IsSaid() =>
        Assert.Contains("There is no secret `deploy`", (await Node(key: "").RunAsync(new(["true"]), new NotedCommand(), CancellationToken.None)).Sentence);

    [SshFact]
    public async Task Handle_ThatCannotBeStored_LetsNothingRun()
    {
        var file = Path.Combine(RealServer.TemporaryFolder("gate"), "ran");
        CommandHandle? seen = null;
        var watch = new NotedCommand { Storing = handle => { seen = handle; throw new IOException("The database is down."); } };
        await Assert.ThrowsAsync<IOException>(() => Node().RunAsync(new(["touch", file]), watch, CancellationToken.None));
        Assert.False(File.Exists(file));
        Assert.NotEqual(FoundState.Unreachable, (await Node().AbortAndFindAsync(seen!)).State);
        Assert.False(File.Exists(file));
    }

    [SshTheory]
    [MemberData(nameof(Trees.Names), MemberType = typeof(Trees))]
    public async Task Tree_Aborted_IsGone(string tree)
    {
        var watch = new NotedCommand();
        using var abort = new CancellationTokenSource();
        var running = Node().RunAsync(Trees.Command(tree), watch, abort.Token);
        await watch.SeesAsync("ready");
        await abort.CancelAsync();
        var result = await running.WaitAsync(Patience.Limit);
        Assert.Equal(CommandEnding.Aborted, result.End);
        Assert.Empty(Trees.Alive(await watch.Handle));
    }

    [SshFact]
    public async Task Command_WhoseTimeIsUp_IsEnded()
    {
        var watch = new NotedCommand();
        var result = await Node().RunAsync(new(["sh", "-c", "echo before; sleep 300"]) { Timeout = TimeSpan.FromMilliseconds(300) }, watch, CancellationToken.None);
        Assert.Equal(CommandEnding.TimedOut, result.End);
        Assert.Empty(Trees.Alive(await watch.Handle));
    }

    [SshFact]
    public async Task Link_CutInTheMiddle_LeavesTheOutcomeUnknown_AndACheckFindsIt()
    {
        await using var way = new CuttableWay(server.Running.Port);
        var go = Path.Combine(RealServer.TemporaryFolder("gate"), "go");
        var watch = new NotedCommand();
        var running = Node(port: new Uri(way.Address).Port).RunAsync(new(["sh", "-c", "echo begun; while [ ! -e \"$1\" ]; do sleep 0.05; done; exit 7", "sh", go]), watch, CancellationToken.None);
        await watch.SeesAsync("begun");
        way.Cut();
        var result = await running.WaitAsync(Patience.Limit);
        Assert.Equal((CommandEnding.Unknown, "Remote outcome unknown: the connection to 127.0.0.1 was lost while the command ran."), (result.End, result.Sentence));

        var handle = CommandHandle.TryParse((await watch.Handle).ToString())!;
        Assert.Equal(FoundState.Unreachable, (await Node(port: new Uri(way.Address).Port).FindAsync(handle, CancellationToken.None)).State);
        Assert.Equal(FoundState.Running, (await Node().FindAsync(handle, CancellationToken.None)).State);
        await File.WriteAllTextAsync(go, "");
        using var limit = new CancellationTokenSource(Patience.Limit);
        FoundCommand found;
        do
            found = await Node().FindAsync(handle, limit.Token);
        while (found.State == FoundState.Running);
        Assert.Equal(new FoundCommand(FoundState.Ended, 7, "The command ended with exit code 7."), found);
    }

    [SshFact]
    public async Task Abort_WithoutALink_SaysThatTheOutcomeIsUnknown()
    {
        await using var way = new CuttableWay(server.Running.Port);
        var watch = new NotedCommand();
        using var abort = new CancellationTokenSource();
        var node = Node(port: new Uri(way.Address).Port);
        var running = node.RunAsync(Trees.Command("plain children"), watch, abort.Token);
        await watch.SeesAsync("ready");
        way.Cut();
        await running.WaitAsync(Patience.Limit);
        var handle = await watch.Handle;
        var result = await node.AbortAsync(handle, CancellationToken.None);
        Assert.False(result.IsGone);
        Assert.StartsWith("Remote outcome unknown, it may still be running: ", result.Sentence);
        Assert.NotEmpty(Trees.Alive(handle));

        way.Mend();
        Assert.True((await node.AbortAsync(handle, CancellationToken.None)).IsGone);
        Assert.Empty(Trees.Alive(handle));
    }

    async Task<(CommandResult Result, NotedCommand Watch)> RunAsync(params string[] arguments)
    {
        var watch = new NotedCommand();
        return (await Node().RunAsync(new(arguments), watch, CancellationToken.None).WaitAsync(Patience.Limit), watch);
    }

    SshNode Node(int? port = null, string? hostKey = null, string? key = null) => new(
        new("127.0.0.1", port ?? server.Running.Port, server.Running.User, "deploy", [hostKey ?? server.Running.HostKey]), new OneSecret(key ?? server.Running.PrivateKey), keys, TimeProvider.System);

    public sealed class Server : IAsyncLifetime
    {
        SshServer? running;

        public SshServer Running => running!;

        public async Task InitializeAsync()
        {
            if (SshServer.Program is not null)
                running = await SshServer.StartAsync();
        }

        public Task DisposeAsync()
        {
            running?.Dispose();
            return Task.CompletedTask;
        }
    }

    /// <param name="text">Empty: there is none.</param>
    sealed class OneSecret(string text) : ISecrets
    {
        public SecretValue Find(string name) => text.Length > 0 ? new(name, text) : throw new SecretMissingException($"There is no secret `{name}`.");
    }
}

static class SshNodeSteps
{
    public static async Task<FoundCommand> AbortAndFindAsync(this SshNode node, CommandHandle handle)
    {
        Assert.True((await node.AbortAsync(handle, CancellationToken.None)).IsGone);
        return await node.FindAsync(handle, CancellationToken.None);
    }
}
