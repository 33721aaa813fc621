using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Local;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes.Local;

/// <summary>With real processes of this machine.</summary>
public sealed class LocalNodeTests
{
    readonly LocalNode node = new(new() { AllowLocal = true }, TimeProvider.System);

    [Fact]
    public async Task Command_OnANodeThatIsOff_DoesNotRun()
    {
        var watch = new NotedCommand { Storing = _ => throw new InvalidOperationException("It was started.") };
        var result = await new LocalNode(new(), TimeProvider.System).RunAsync(new(["true"]), watch, CancellationToken.None);
        Assert.Equal((CommandEnding.NotStarted, "Commands on the dashboard's own machine are off. Set Nodes__AllowLocal=true to allow them."), (result.End, result.Sentence));
    }

    [Fact]
    public async Task Command_RunToItsEnd_GivesLinesAndExitCode()
    {
        var (result, watch) = await RunAsync("sh", "-c", "echo out; echo err >&2; exit 3");
        Assert.Equal((CommandEnding.Exited, 3, "The command ended with exit code 3."), (result.End, result.ExitCode, result.Sentence));
        Assert.Equal(["out"], watch.Output);
        Assert.Equal(["err"], watch.Errors);
    }

    [Theory]
    [InlineData("; rm -rf /tmp/x")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("a'b\"c")]
    [InlineData("line one\nline two")]
    [InlineData("--option")]
    [InlineData("../../etc/passwd")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("日本 😀")]
    [InlineData("A=b")]
    public async Task Argument_ThatTriesToInject_ArrivesAsItIs(string argument)
    {
        var (_, watch) = await RunAsync("printf", "%s|", argument, "end");
        Assert.Equal($"{argument}|end|", string.Join('\n', watch.Output));
    }

    [Fact]
    public async Task Arguments_OfAnyText_ArriveAsTheyAre()
    {
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var arguments = Enumerable.Range(0, random.Next(1, 5)).Select(_ => AnyText.Printable(random)).ToArray();
            var (_, watch) = await RunAsync(["printf", "<%s>\n", .. arguments]);
            Assert.Equal(arguments.Select(argument => $"<{argument}>"), watch.Output);
        }
    }

    [Fact]
    public async Task Argument_ThatIsNoText_IsRefused()
    {
        Assert.Equal("The command holds a NUL, which no argument and no variable can.", (await RunAsync("echo", "a\0b")).Result.Sentence);
        Assert.Equal("The command holds half of a character pair: it is no text.", (await RunAsync("echo", "a\ud800b")).Result.Sentence);
    }

    [Theory]
    [InlineData("-c")]
    [InlineData("")]
    public async Task Program_ThatIsNone_IsRefused(string program) => Assert.Equal(CommandEnding.NotStarted, (await RunAsync(program)).Result.End);

    [Fact]
    public async Task Program_ThatIsNotThere_IsSaid() => Assert.Equal("The command ended with exit code 127: its program was not found.", (await RunAsync("no-such-program-here")).Result.Sentence);

    [Fact]
    public async Task Folder_ThatIsNotThere_IsSaid() =>
        Assert.Equal("There is no folder `/no/such/folder`.", (await node.RunAsync(new(["pwd"]) { Folder = "/no/such/folder" }, new NotedCommand(), CancellationToken.None)).Sentence);

    [Fact]
    public async Task Environment_HoldsOnlyWhatIsAllowed()
    {
        Environment.SetEnvironmentVariable("OPS_TEST_SECRET_OF_THE_DASHBOARD", "x");
        var watch = new NotedCommand();
        await node.RunAsync(new(["env"]) { Environment = new Dictionary<string, string> { ["GIVEN"] = "yes" } }, watch, CancellationToken.None);
        var names = watch.Output.Select(line => line.Split('=')[0]).ToHashSet();
        Assert.Subset(new HashSet<string>([.. CommandSpec.KeptVariables, "TERM", "GIVEN", "PWD", "OLDPWD", "SHLVL", "_", CommandHandle.Variable]), names);
        Assert.Contains("GIVEN=yes", watch.Output);
    }

    [Theory]
    [InlineData("LD_PRELOAD")]
    [InlineData("PATH")]
    [InlineData("BASH_ENV")]
    [InlineData("A B")]
    [InlineData("OPSDASHBOARD_COMMAND")]
    public async Task Variable_ThatChoosesPrograms_IsRefused(string name) =>
        Assert.Equal(CommandEnding.NotStarted, (await node.RunAsync(new(["true"]) { Environment = new Dictionary<string, string> { [name] = "x" } }, new NotedCommand(), CancellationToken.None)).End);

    [Fact]
    public async Task Secret_IsInTheEnvironmentAndMaskedInTheOutput()
    {
        var watch = new NotedCommand();
        var result = await node.RunAsync(new(["sh", "-c", "echo \"it is $TOKEN\"; printf %s \"$TOKEN\" | base64 >&2"]) { Secrets = new Dictionary<string, SecretValue> { ["TOKEN"] = new("token", "s3cr3t-value") } }, watch, CancellationToken.None);
        Assert.Equal(["it is •••"], watch.Output);
        Assert.StartsWith("•••", Assert.Single(watch.Errors));
        Assert.Equal(2, result.Masked);
    }

    [Fact]
    public async Task StandardInput_IsEmpty() => Assert.Equal(["0"], (await RunAsync("wc", "-c")).Watch.Output);

    [Fact]
    public async Task Handle_IsStoredBeforeTheProgramRuns()
    {
        var folder = RealServer.TemporaryFolder("gate");
        var file = Path.Combine(folder, "ran");
        var wasThere = true;
        var watch = new NotedCommand { Storing = handle => { wasThere = File.Exists(file); Assert.NotEmpty(Trees.Alive(handle)); return Task.CompletedTask; } };
        await node.RunAsync(new(["touch", file]), watch, CancellationToken.None);
        Assert.False(wasThere);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Handle_ThatCannotBeStored_LetsNothingRun()
    {
        var file = Path.Combine(RealServer.TemporaryFolder("gate"), "ran");
        CommandHandle? seen = null;
        var watch = new NotedCommand { Storing = handle => { seen = handle; throw new IOException("The database is down."); } };
        await Assert.ThrowsAsync<IOException>(() => node.RunAsync(new(["touch", file]), watch, CancellationToken.None));
        Assert.Empty(Trees.Alive(seen!));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Command_LeadsASessionOfItsOwn()
    {
        var (_, watch) = await RunAsync("sh", "-c", "cut -d' ' -f5,6 < /proc/$$/stat; echo $$");
        Assert.Equal([$"{watch.Output[1]} {watch.Output[1]}"], watch.Output[..1]);
        Assert.Equal((await watch.Handle).ProcessId.ToString(), watch.Output[1]);
    }

    [Theory]
    [MemberData(nameof(Trees.Names), MemberType = typeof(Trees))]
    public async Task Tree_Aborted_IsGone(string tree)
    {
        var watch = new NotedCommand();
        using var abort = new CancellationTokenSource();
        var running = node.RunAsync(Trees.Command(tree), watch, abort.Token);
        await watch.SeesAsync("ready");
        await abort.CancelAsync();
        var result = await running.WaitAsync(Patience.Limit);
        Assert.Equal(CommandEnding.Aborted, result.End);
        Assert.Empty(Trees.Alive(await watch.Handle));
    }

    [Fact]
    public async Task Command_WhoseTimeIsUp_IsEnded()
    {
        var watch = new NotedCommand();
        var result = await node.RunAsync(new(["sh", "-c", "echo before; sleep 300"]) { Timeout = TimeSpan.FromMilliseconds(300) }, watch, CancellationToken.None);
        Assert.Equal(CommandEnding.TimedOut, result.End);
        Assert.StartsWith("Its time was up. All ", result.Sentence);
        Assert.Empty(Trees.Alive(await watch.Handle));
    }

    [Fact]
    public async Task Command_AbortedBefore_DoesNotRun()
    {
        var result = await node.RunAsync(new(["true"]), new NotedCommand(), new CancellationToken(canceled: true));
        Assert.Equal(CommandEnding.NotStarted, result.End);
    }

    [Fact]
    public async Task Daemon_ThatACommandStarts_GoesOnAndIsCounted()
    {
        var (result, watch) = await RunAsync("sh", "-c", "sleep 300 & echo started");
        Assert.Equal((CommandEnding.Exited, 0, 1), (result.End, result.ExitCode, result.LeftRunning));
        Assert.Equal(["started"], watch.Output);
        Assert.True((await node.AbortAsync(await watch.Handle, CancellationToken.None)).IsGone);
        Assert.Empty(Trees.Alive(await watch.Handle));
    }

    [Fact]
    public async Task Command_OfAnEarlierProcess_IsFoundAndEnded()
    {
        var watch = new NotedCommand();
        using var abort = new CancellationTokenSource();
        var running = node.RunAsync(Trees.Command("double fork"), watch, abort.Token);
        await watch.SeesAsync("ready");
        var stored = CommandHandle.TryParse((await watch.Handle).ToString())!;
        var later = new LocalNode(new() { AllowLocal = true }, TimeProvider.System);

        Assert.Equal(FoundState.Running, (await later.FindAsync(stored, CancellationToken.None)).State);
        Assert.True((await later.AbortAsync(stored, CancellationToken.None)).IsGone);
        Assert.Equal(FoundState.Gone, (await later.FindAsync(stored, CancellationToken.None)).State);
        Assert.Equal(CommandEnding.Exited, (await running.WaitAsync(Patience.Limit)).End);
    }

    [Fact]
    public async Task Number_OfAnotherProcess_IsNotMistaken()
    {
        using var bystander = RealServer.Start("sleep", "300");
        var entry = ProcessTable.Find(bystander.Id)!.Value;
        foreach (var handle in new[]
        {
            new CommandHandle(CommandHandle.NewMarker(), ProcessTable.Boot, bystander.Id, entry.StartedAt - 1),
            new CommandHandle(CommandHandle.NewMarker(), "another-boot", bystander.Id, entry.StartedAt),
        })
        {
            Assert.True((await node.AbortAsync(handle, CancellationToken.None)).IsGone);
        }
        Assert.False(bystander.HasExited);
        RealServer.Kill(bystander);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef b007-1d 77 1234", true)]
    [InlineData("0123456789abcdef0123456789abcdef b007-1d 1 1234", false)]
    [InlineData("0123456789abcdef0123456789abcdef b007-1d -5 1234", false)]
    [InlineData("x b007-1d 77 1234", false)]
    [InlineData("0123456789abcdef0123456789abcdef b'; rm 77 1234", false)]
    [InlineData("", false)]
    public void Handle_IsReadOnlyAsItIsWritten(string text, bool isHandle) => Assert.Equal(isHandle ? text : null, CommandHandle.TryParse(text)?.ToString());

    [Fact]
    public async Task Flood_IsCappedAndCounted()
    {
        var watch = new NotedCommand();
        var result = await node.RunAsync(new(["sh", "-c", "yes line 2>/dev/null | head -n 200000 2>/dev/null"]) { Caps = new(MaxCharacters: 5000) }, watch, CancellationToken.None);
        Assert.Equal((1000, 199_000L), (watch.Output.Length, result.DroppedLines));
    }

    async Task<(CommandResult Result, NotedCommand Watch)> RunAsync(params string[] arguments)
    {
        var watch = new NotedCommand();
        return (await node.RunAsync(new(arguments), watch, CancellationToken.None).WaitAsync(Patience.Limit), watch);
    }
}
