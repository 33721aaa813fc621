using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpsDashboard.Tests.Testing;

/// <summary>A small real mail server on loopback (RFC 5321, AUTH LOGIN and PLAIN): keeps the mails that it accepted.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly ConcurrentQueue<string> mails = new();
    readonly Task accepting;

    public SmtpSink()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Head and body of each mail that was acknowledged.</summary>
    public IReadOnlyList<string> Mails => [.. mails];

    /// <summary>Breaks the connection off in the middle of a mail.</summary>
    public volatile bool DropsInTheMiddle;

    /// <summary>What it answers to a recipient; null: 250.</summary>
    public volatile string? Refusal;

    /// <summary>The last that was said with AUTH.</summary>
    public volatile string? Credentials;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                async Task SayAsync(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), stopping.Token);
                await SayAsync("220 sink ESMTP");
                while (await reader.ReadLineAsync(stopping.Token) is { } line)
                {
                    var word = line.Split(' ')[0].ToUpperInvariant();
                    if (word == "EHLO")
                        await SayAsync("250-sink\r\n250-AUTH LOGIN PLAIN\r\n250 SMTPUTF8");
                    else if (word == "AUTH")
                        await AuthenticateAsync(line, reader, SayAsync);
                    else if (word == "RCPT")
                        await SayAsync(Refusal ?? "250 ok");
                    else if (word == "DATA" && !await ReadMailAsync(reader, SayAsync))
                        return;
                    else if (word == "QUIT")
                        await SayAsync("221 bye");
                    else if (word is not "DATA")
                        await SayAsync("250 ok");
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    async Task AuthenticateAsync(string line, StreamReader reader, Func<string, Task> sayAsync)
    {
        static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));
        var parts = line.Split(' ');
        if (parts[1].Equals("PLAIN", StringComparison.OrdinalIgnoreCase))
        {
            Credentials = Decode(parts[2]);
        }
        else
        {
            var name = parts.Length > 2 ? Decode(parts[2]) : "";
            if (parts.Length == 2)
            {
                await sayAsync("334 VXNlcm5hbWU6");
                name = Decode((await reader.ReadLineAsync(stopping.Token))!);
            }
            await sayAsync("334 UGFzc3dvcmQ6");
            Credentials = $"{name}:{Decode((await reader.ReadLineAsync(stopping.Token))!)}";
        }
        await sayAsync("235 welcome");
    }

    async Task<bool> ReadMailAsync(StreamReader reader, Func<string, Task> sayAsync)
    {
        await sayAsync("354 go on");
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(stopping.Token) is { } line && line != ".")
        {
            if (DropsInTheMiddle && mail.Length > 0)
                return false;
            mail.Append(line).Append('\n');
        }
        mails.Enqueue(mail.ToString());
        await sayAsync("250 kept");
        return true;
    }
}
