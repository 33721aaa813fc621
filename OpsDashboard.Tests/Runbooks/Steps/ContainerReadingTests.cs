using System.Net.Sockets;
using System.Text;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Containers;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>What needs no engine: bad files, bad names, an engine that answers nonsense.</summary>
public sealed class ContainerReadingTests
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nparameters: { x: { default: d } }\nsteps:\n";

    readonly ContainerStepExecutor kind = new(TimeProvider.System);

    [Theory]
    [InlineData("connection: \"tcp://h:2375\", action: restart, container: a", "`tcp://h:2375` is no socket of a container engine. Write the socket's path: `connection: unix:///run/docker.sock`.")]
    [InlineData("connection: \"unix:///s\", container: a", "`action` is missing. Write `action: restart`, `start`, `stop`, `logs` or `inspect`.")]
    [InlineData("connection: \"unix:///s\", action: restart", "`container` is missing. Add `container:`.")]
    [InlineData("connection: \"unix:///s\", action: logs, container: a, tail: 0", "`tail: 0` is out of range. Write a number from 1 to 5000.")]
    [InlineData("connection: \"unix:///s\", action: stop, container: a, grace: 1h", "A container gets from 0s to 10m to stop. Write for example `grace: 10s`.")]
    public void Wrong_IsSaidWithItsLine(string keys, string expected) => Assert.Equal([$"8: {expected}"], RunbookText.Problems(Head + $"  - {{ name: a, kind: container, {keys} }}", kind));

    [Theory]
    [InlineData("../../images/prune")]
    [InlineData("-f")]
    [InlineData("a b")]
    [InlineData("a?force=1")]
    public async Task Name_ThatIsNone_IsNeverAsked(string value)
    {
        var step = StepKindTests.Step(kind, "kind: container, connection: \"unix:///nowhere/docker.sock\", action: restart, container: \"${parameters.x}\"");
        Assert.Equal(new StepOutcome.Failed($"“{value}” is no name of a container.", false, StepEffect.None), await kind.ExecuteAsync(StepKindTests.Context(step, value), default));
        Assert.Equal($"“{value}” is no name of a container.", kind.Plan(step, StepKindTests.Inputs(value)).Problem);
    }

    [Fact]
    public async Task Socket_ThatIsNotThere_ChangedNothing()
    {
        var failed = Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(StepKindTests.Context(StepKindTests.Step(kind, "kind: container, connection: \"unix:///nowhere/docker.sock\", action: restart, container: a")), default));
        Assert.Equal(StepEffect.None, failed.Effect);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "The engine's answer is none of the Docker API's.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope", "The engine's answer is none of the Docker API's.")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nnope", "The engine answered 500.")]
    [InlineData("HTTP/1.1 409 Conflict\r\nContent-Length: 18\r\n\r\n{\"message\":\"busy\"}", "The engine says: busy")]
    public async Task Engine_ThatAnswersNonsense_IsSaid(string answer, string expected)
    {
        var path = Path.Combine(RealServer.TemporaryFolder("sock"), "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptAsync();
            await client.ReceiveAsync(new byte[4096], SocketFlags.None);
            await client.SendAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None);
        });
        var failed = Assert.IsType<StepOutcome.Failed>(await kind.ExecuteAsync(StepKindTests.Context(StepKindTests.Step(kind, $"kind: container, connection: \"unix://{path}\", action: restart, container: a")), default));
        await serving.WaitAsync(Patience.Limit);
        Assert.Equal((expected, StepEffect.None), (failed.Reason, failed.Effect));
    }

    [Fact]
    public void Log_LinesOverSeveralFrames_AndOneThatIsCutOff()
    {
        byte[] log = [.. Frame(1, "hel"), .. Frame(2, "oops\n"), .. Frame(1, "lo\nagain\n"), .. Frame(1, "cut off")[..12]];
        Assert.Equal([new("oops", true), new("hello", false), new("again", false), new("cut ", false)], DockerLog.Lines(log, hasTerminal: false));
        Assert.Equal([new("a", false), new("b", false)], DockerLog.Lines("a\r\nb\r\n"u8.ToArray(), hasTerminal: true));
        Assert.Empty(DockerLog.Lines(new byte[7], hasTerminal: false));
    }

    static byte[] Frame(byte stream, string text) => [stream, 0, 0, 0, 0, 0, 0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
