using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OpsDashboard.Runbooks.Steps.Containers;

/// <summary>The Docker API, of dockerd or podman, over a unix socket. Never over the network, where it would give everybody the machine.</summary>
sealed class DockerEngine : IContainerEngine
{
    const int MostOfLog = 1024 * 1024, MostOfAnswer = 1024 * 1024;

    readonly HttpClient client;

    public DockerEngine(string socket) => client = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), stop);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    })
    { BaseAddress = new("http://docker/"), Timeout = Timeout.InfiniteTimeSpan };

    public async Task<ContainerState> InspectAsync(string container, CancellationToken stop)
    {
        using var answer = await AskAsync(HttpMethod.Get, $"containers/{Uri.EscapeDataString(container)}/json", stop);
        try
        {
            using var document = JsonDocument.Parse(await BodyAsync(answer, stop));
            var (root, state) = (document.RootElement, document.RootElement.GetProperty("State"));
            return new(root.GetProperty("Id").GetString()!, root.GetProperty("Config").GetProperty("Image").GetString() ?? "", state.GetProperty("Status").GetString() ?? "", state.GetProperty("Running").GetBoolean(),
                state.TryGetProperty("Health", out var health) && health.ValueKind == JsonValueKind.Object && health.TryGetProperty("Status", out var status) && status.GetString() is { Length: > 0 } word and not "none" ? word : null,
                state.GetProperty("ExitCode").GetInt32(), state.TryGetProperty("OOMKilled", out var killed) && killed.ValueKind == JsonValueKind.True, state.GetProperty("StartedAt").GetString() ?? "",
                root.TryGetProperty("RestartCount", out var restarts) ? restarts.GetInt32() : 0,
                root.TryGetProperty("HostConfig", out var host) && host.TryGetProperty("Memory", out var memory) ? memory.GetInt64() : 0,
                root.GetProperty("Config").TryGetProperty("Tty", out var terminal) && terminal.ValueKind == JsonValueKind.True);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ContainerException("The engine's answer is none of the Docker API's.", isRefused: false);
        }
    }

    public async Task<bool> StartAsync(string container, CancellationToken stop)
    {
        using var answer = await AskAsync(HttpMethod.Post, $"containers/{Uri.EscapeDataString(container)}/start", stop);
        return answer.StatusCode != HttpStatusCode.NotModified;
    }

    public async Task<bool> StopAsync(string container, TimeSpan grace, CancellationToken stop)
    {
        using var answer = await AskAsync(HttpMethod.Post, $"containers/{Uri.EscapeDataString(container)}/stop?t={grace.TotalSeconds:0}", stop);
        return answer.StatusCode != HttpStatusCode.NotModified;
    }

    public async Task RestartAsync(string container, TimeSpan grace, CancellationToken stop)
    {
        using var answer = await AskAsync(HttpMethod.Post, $"containers/{Uri.EscapeDataString(container)}/restart?t={grace.TotalSeconds:0}", stop);
    }

    public async Task<IReadOnlyList<ContainerLine>> LogsAsync(string container, int tail, CancellationToken stop)
    {
        var hasTerminal = (await InspectAsync(container, stop)).HasTerminal;
        using var answer = await AskAsync(HttpMethod.Get, $"containers/{Uri.EscapeDataString(container)}/logs?stdout=1&stderr=1&tail={tail}", stop);
        return DockerLog.Lines(await BodyAsync(answer, stop, MostOfLog), hasTerminal);
    }

    public void Dispose() => client.Dispose();

    /// <exception cref="ContainerException">It answered that it cannot, or not at all.</exception>
    async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified)
                return answer;
            using (answer)
                throw new ContainerException(Reason(answer.StatusCode, await BodyAsync(answer, stop)), isRefused: (int)answer.StatusCode < 500);
        }
        catch (HttpRequestException failure)
        {
            throw new ContainerException($"The engine does not answer: {(failure.InnerException as SocketException)?.SocketErrorCode.ToString() ?? failure.HttpRequestError.ToString()}.", isRefused: failure.HttpRequestError == HttpRequestError.ConnectionError);
        }
        catch (IOException)
        {
            throw new ContainerException("The connection to the engine broke.", isRefused: false);
        }
    }

    static string Reason(HttpStatusCode status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message) && message.GetString() is { Length: > 0 } said)
                return $"The engine says: {said}";
        }
        catch (JsonException)
        {
            // Nothing is said.
        }
        return $"The engine answered {(int)status}.";
    }

    static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpResponseMessage answer, CancellationToken stop, int most = MostOfAnswer)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var bytes = new byte[most];
        return bytes.AsMemory(0, await stream.ReadAtLeastAsync(bytes, most, throwOnEndOfStream: false, stop));
    }
}

/// <summary>What the Docker API sends as a log: frames of 8 bytes head (stream, 0, 0, 0, length) and text, or of a terminal the bare text. Pure.</summary>
static class DockerLog
{
    const int Head = 8, Errors = 2;

    public static IReadOnlyList<ContainerLine> Lines(ReadOnlyMemory<byte> log, bool hasTerminal)
    {
        if (hasTerminal)
            return Cut(Encoding.UTF8.GetString(log.Span), false);
        var lines = new List<ContainerLine>();
        var texts = new[] { new StringBuilder(), new StringBuilder() };
        for (var rest = log.Span; rest.Length >= Head;)
        {
            var isError = rest[0] == Errors;
            var length = (int)Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(rest[4..Head]), (uint)(rest.Length - Head));
            // A line may come in several frames.
            var text = texts[isError ? 1 : 0].Append(Encoding.UTF8.GetString(rest.Slice(Head, length)));
            if (text.Length > 0 && text[^1] == '\n')
            {
                lines.AddRange(Cut(text.ToString(), isError));
                text.Clear();
            }
            rest = rest[(Head + length)..];
        }
        lines.AddRange(Cut(texts[0].ToString(), false));
        lines.AddRange(Cut(texts[1].ToString(), true));
        return lines;
    }

    static ContainerLine[] Cut(string text, bool isError) => text.Length == 0 ? [] : [.. text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => new ContainerLine(line, isError))];
}
