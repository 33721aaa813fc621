using System.Globalization;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Nodes.Streams;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>
/// A Linux machine over SSH. The command outlives the connection; abort and search go over a new one. Where no connection comes about, the outcome there is
/// unknown, and said to be.
/// </summary>
/// <param name="root">A folder of the data directory in which the key lies for the time of signing in.</param>
public sealed class SshNode(SshAddress address, ISecrets secrets, string root, TimeProvider clock) : ICommandNode
{
    static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(20), AnswersWithin = TimeSpan.FromSeconds(20), Farewell = TimeSpan.FromSeconds(2);

    public async Task<CommandResult> RunAsync(CommandSpec command, ICommandWatch watch, CancellationToken abort)
    {
        if (command.Problem() is { } refusal)
            return CommandResult.NotStarted(refusal);
        var (marker, nonce) = (CommandHandle.NewMarker(), SshClient.NewNonce());
        try
        {
            using var client = await ConnectAsync(RemoteScripts.Run(command, marker, nonce), nonce, abort);
            var handle = await ReadyAsync(client, marker, abort);
            await watch.StartedAsync(handle, abort);
            return await FollowAsync(client, handle, command, watch, abort);
        }
        catch (NodeException failure)
        {
            return CommandResult.NotStarted(failure.Message);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // The gate is shut, and with the connection goes who waits at it.
            return CommandResult.NotStarted("Aborted before it began.");
        }
    }

    public async Task<FoundCommand> FindAsync(CommandHandle handle, CancellationToken stop)
    {
        try
        {
            return (await AskAsync(nonce => RemoteScripts.Find(handle, nonce), stop)).Split(' ') switch
            {
                ["running", var count] => new(FoundState.Running, null, $"{count} processes of the command are running on {address.Host}."),
                ["ended", var code] when int.TryParse(code, CultureInfo.InvariantCulture, out var exit) => new(FoundState.Ended, exit, CommandResult.Exited(exit).Sentence),
                ["gone", ..] => new(FoundState.Gone, null, $"Nothing of the command is running on {address.Host}; how it ended was not kept."),
                var other => new(FoundState.Unreachable, null, $"{address.Host} answered what was not understood: {string.Join(' ', other)}."),
            };
        }
        catch (NodeException failure)
        {
            return new(FoundState.Unreachable, null, failure.Message);
        }
    }

    public async Task<AbortResult> AbortAsync(CommandHandle handle, CancellationToken stop)
    {
        try
        {
            return (await AskAsync(nonce => RemoteScripts.Abort(handle, nonce), stop)).Split(' ') switch
            {
                ["gone", "0"] => new(true, $"Nothing of the command was running any more on {address.Host}."),
                ["gone", var count] => new(true, $"All {count} processes of the command on {address.Host} are gone."),
                ["left", var count] => new(false, $"Remote outcome unknown: {count} processes of the command on {address.Host} do not end."),
                var other => new(false, $"Remote outcome unknown: {address.Host} answered what was not understood: {string.Join(' ', other)}."),
            };
        }
        catch (NodeException failure)
        {
            return new(false, $"Remote outcome unknown, it may still be running: {failure.Message}");
        }
    }

    /// <exception cref="NodeException">No answer.</exception>
    async Task<string> AskAsync(Func<string, string> script, CancellationToken stop)
    {
        var nonce = SshClient.NewNonce();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var timeout = Limit(limit, AnswersWithin);
        try
        {
            using var client = await ConnectAsync(script(nonce), nonce, limit.Token);
            return await client.NextAsync(_ => { }, limit.Token) ?? throw new NodeException(SshFailure.Explain(address, await client.ReadErrorsAsync(limit.Token)));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new NodeException($"{address.Host} does not answer.");
        }
    }

    Task<SshClient> ConnectAsync(string script, string nonce, CancellationToken stop)
    {
        try
        {
            return SshClient.StartAsync(address, secrets.Find(address.KeySecret).Reveal(), root, script, nonce, stop);
        }
        catch (SecretMissingException missing)
        {
            throw new NodeException(missing.Message);
        }
    }

    async Task<CommandHandle> ReadyAsync(SshClient client, string marker, CancellationToken abort)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(abort);
        await using var timeout = Limit(limit, ConnectsWithin);
        try
        {
            // What the login shell prints before is nobody's output.
            var said = await client.NextAsync(_ => { }, limit.Token) ?? throw new NodeException(SshFailure.Explain(address, await client.ReadErrorsAsync(limit.Token)));
            client.DropKey();
            if (said.StartsWith("refused ", StringComparison.Ordinal))
                throw new NodeException($"{address.Host} cannot run commands. {said["refused ".Length..]}");
            return said.StartsWith("ready ", StringComparison.Ordinal) && CommandHandle.TryParse($"{marker} {said["ready ".Length..]}") is { } handle
                ? handle
                : throw new NodeException($"{address.Host} answered what was not understood.");
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            throw new NodeException($"{address.Host} does not answer: nothing was run.");
        }
    }

    async Task<CommandResult> FollowAsync(SshClient client, CommandHandle handle, CommandSpec command, ICommandWatch watch, CancellationToken abort)
    {
        var output = new CommandOutput(command, watch);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(abort);
        await using var timeout = Limit(limit, command.Timeout);
        await client.WriteAsync("go\n", CancellationToken.None);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var errors = output.ReadAsync(OutputStream.Errors, client.Errors, ended.Task, clock);
        CommandResult result;
        try
        {
            result = Read(await client.NextAsync(chunk => output.Read(OutputStream.Output, chunk), limit.Token));
        }
        catch (OperationCanceledException)
        {
            result = await EndAsync(client, handle, output, abort.IsCancellationRequested);
        }
        ended.SetResult();
        output.Complete(OutputStream.Output);
        await errors;
        return output.Count(result);
    }

    CommandResult Read(string? said) => said?.Split(' ') is ["exit", var code] && int.TryParse(code, CultureInfo.InvariantCulture, out var exit)
        ? CommandResult.Exited(exit)
        : new(CommandEnding.Unknown, null, $"Remote outcome unknown: the connection to {address.Host} was lost while the command ran.");

    async Task<CommandResult> EndAsync(SshClient client, CommandHandle handle, CommandOutput output, bool isAborted)
    {
        var end = await AbortAsync(handle, CancellationToken.None);
        await FarewellAsync(client, output, end.IsGone);
        var (kind, why) = isAborted ? (CommandEnding.Aborted, "Aborted") : (CommandEnding.TimedOut, "Its time was up");
        return new(end.IsGone ? kind : CommandEnding.Unknown, null, $"{why}. {end.Sentence}");
    }

    // What it wrote while it was ended is still on the way.
    async Task FarewellAsync(SshClient client, CommandOutput output, bool isGone)
    {
        if (!isGone)
            return;
        using var limit = new CancellationTokenSource();
        await using var timeout = Limit(limit, Farewell);
        try
        {
            await client.NextAsync(chunk => output.Read(OutputStream.Output, chunk), limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Something else holds the connection open.
        }
    }

    ITimer Limit(CancellationTokenSource source, TimeSpan after) => clock.CreateTimer(_ => source.Cancel(), null, after, Timeout.InfiniteTimeSpan);
}
