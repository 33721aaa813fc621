using System.Security.Cryptography;
using System.Text;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notifications;

/// <summary>Each kind of receiver as a real server on loopback, and what each does wrong.</summary>
public sealed class NotifierTests
{
    static string Routing(string receiver, string global = "") => $"""
        global:
          resolve_timeout: 5m
        {global}
        route: {"{ receiver: r, group_by: [alertname], group_wait: 0s, group_interval: 10s }"}
        receivers:
          - name: r
        {receiver}
        """;

    static string SecretFile(string secret)
    {
        var file = Path.Combine(RealServer.TemporaryFolder("secret"), "secret");
        File.WriteAllText(file, secret + "\n");
        return file;
    }

    static async Task<NotificationRoom> FireAsync(string routing, string? extras, params Alert[] alerts)
    {
        var room = await NotificationRoom.OpenAsync(routing, extras);
        await room.RoundAsync();
        await room.Alerts.FireAsync(alerts);
        await room.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        return room;
    }

    static async Task<LoggedDelivery> OnlyAsync(NotificationRoom room) => Assert.Single((await room.LoggedAsync()).SelectMany(one => one.Deliveries));

    static string Mail(SmtpSink sink, string more = "") => Routing($"    email_configs: [{{ to: 'ops@example.com, dev@example.com', send_resolved: true, smarthost: '127.0.0.1:{sink.Port}', from: dash@example.com, require_tls: false{more} }}]");

    [Theory]
    [InlineData("    webhook_configs: [{ url: 'http://169.254.169.254/latest/meta-data' }]")]
    [InlineData("    email_configs: [{ to: 'ops@example.com', smarthost: '169.254.1.1:25', from: dash@example.com, require_tls: false }]")]
    public async Task Receiver_InAClosedNetwork_IsRefusedAndSaysSo(string receiver)
    {
        await using var room = await FireAsync(Routing(receiver), null, AnAlert.Of("Heap"));
        var delivery = (await OnlyAsync(room)).Delivery;
        Assert.Equal(DeliveryState.Failed, delivery.State);
        Assert.Contains("Outbound__AllowedNetworks", delivery.Result);
    }

    [Fact]
    public async Task ExternalLabels_LeaveWithTheAlert_AndNeverHideItsOwn()
    {
        await using var sink = new HttpSink();
        var options = new NotificationOptions("https://ops.example.com") { ExternalLabels = new Dictionary<string, string> { ["region"] = "eu", ["system"] = "never" } };
        await using var room = await NotificationRoom.OpenAsync($$"""
            route:
              receiver: other
              routes: [{ receiver: r, matchers: ['region="eu"'], group_by: [region], group_wait: 0s }]
            receivers: [{ name: other }, { name: r, webhook_configs: [{ url: '{{sink.Address}}/hook' }] }]
            """, options: options);
        await room.RoundAsync();
        await room.Alerts.FireAsync(AnAlert.Of("Heap"));
        await room.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        var sent = Assert.Single(sink.All).Json;
        Assert.Equal("eu", sent.GetProperty("groupLabels").GetProperty("region").GetString());
        Assert.Equal(("eu", "shop"), (sent.GetProperty("commonLabels").GetProperty("region").GetString(), sent.GetProperty("commonLabels").GetProperty("system").GetString()));
        Assert.DoesNotContain("region", room.Alerts.Book.Current.Single().Labels.Select(label => label.Name));
    }

    [Fact]
    public async Task Email_Arrives_WithSubjectTextAndLink()
    {
        await using var sink = new SmtpSink();
        var alert = AnAlert.Of("Heap") with { Annotations = new Dictionary<string, string> { ["summary"] = "Heap is full\r\nBcc: evil@example.com", ["description"] = "12 of 12 GB — voll" } };
        await using var room = await FireAsync(Mail(sink, $", auth_username: dash, auth_password_file: {SecretFile("s3cret")}"), null, alert);
        var mail = Assert.Single(sink.Mails);
        Assert.Equal("dash:s3cret", sink.Credentials);
        Assert.Contains("To: ops@example.com, dev@example.com", mail);
        Assert.DoesNotContain("\nBcc:", mail[..mail.IndexOf("\n\n", StringComparison.Ordinal)]);
        Assert.Contains("Message-ID: <", mail, StringComparison.OrdinalIgnoreCase);
        var body = mail[(mail.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        var text = mail.Contains("base64", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(body.ReplaceLineEndings(""))) : body.Replace("=\n", "");
        Assert.Contains($"https://ops.example.com/alerts/{alert.Id}", text);
        Assert.DoesNotContain("s3cret", (await OnlyAsync(room)).Delivery.History);
    }

    [Fact]
    public async Task Email_BrokenOffInTheMiddle_ArrivesLater_Once()
    {
        await using var sink = new SmtpSink { DropsInTheMiddle = true };
        await using var room = await FireAsync(Mail(sink), null, AnAlert.Of("Heap"));
        Assert.Equal(DeliveryState.Waiting, (await OnlyAsync(room)).Delivery.State);
        sink.DropsInTheMiddle = false;
        await room.AdvanceAsync(TimeSpan.FromSeconds(2));
        await room.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Single(sink.Mails);
        Assert.Equal(2, (await OnlyAsync(room)).Attempts.Count);
    }

    [Theory]
    [InlineData("550 no such user", DeliveryState.Failed, "the mail server refused it with 550")]
    [InlineData("451 try later", DeliveryState.Waiting, "the mail server answered 451")]
    public async Task Email_Refused_FailsOrWaits(string refusal, DeliveryState state, string result)
    {
        await using var sink = new SmtpSink { Refusal = refusal };
        await using var room = await FireAsync(Mail(sink), null, AnAlert.Of("Heap"));
        var delivery = (await OnlyAsync(room)).Delivery;
        Assert.Equal((state, result), (delivery.State, delivery.Result));
    }

    [Fact]
    public async Task Email_NotSetUp_SaysSo()
    {
        await using var room = await FireAsync(Routing("    email_configs: [{ to: ops@example.com }]"), null, AnAlert.Of("Heap"));
        Assert.StartsWith("not set up", (await OnlyAsync(room)).Delivery.Result);
        Assert.Equal(DeliveryState.Failed, (await OnlyAsync(room)).Delivery.State);
    }

    [Fact]
    public async Task Slack_GetsEscapedText_AtItsSecretAddress()
    {
        await using var sink = new HttpSink();
        var alert = AnAlert.Of("Heap") with { Annotations = new Dictionary<string, string> { ["summary"] = "<!channel> & more" } };
        await using var room = await FireAsync(Routing($"    slack_configs: [{{ channel: '#ops', api_url_file: {SecretFile($"{sink.Address}/services/T/B/secret")} }}]"), null, alert);
        var sent = Assert.Single(sink.All);
        Assert.Equal("/services/T/B/secret", sent.Path);
        Assert.Equal("#ops", sent.Json.GetProperty("channel").GetString());
        Assert.Contains("&lt;!channel&gt; &amp; more", sent.Json.GetProperty("text").GetString());
        Assert.DoesNotContain("secret", (await OnlyAsync(room)).Delivery.Destination);
    }

    [Fact]
    public async Task PagerDuty_TriggersAndResolves_OneIncident()
    {
        await using var sink = new HttpSink { Status = 202 };
        var alert = AnAlert.Of("Heap", component: "api");
        await using var room = await FireAsync(Routing($"    pagerduty_configs: [{{ routing_key_file: {SecretFile("R0UT1NGKEY")}, url: '{sink.Address}/v2/enqueue' }}]"), null, alert);
        await room.Alerts.ResolveAsync(alert);
        await room.AdvanceAsync(TimeSpan.FromSeconds(11));
        var (trigger, resolve) = (sink.All[0].Json, sink.All[1].Json);
        Assert.Equal(("trigger", "resolve", "R0UT1NGKEY"), (trigger.GetProperty("event_action").GetString(), resolve.GetProperty("event_action").GetString(), trigger.GetProperty("routing_key").GetString()));
        Assert.Equal(trigger.GetProperty("dedup_key").GetString(), resolve.GetProperty("dedup_key").GetString());
        Assert.Equal(("critical", "shop", "api"), (trigger.GetProperty("payload").GetProperty("severity").GetString(), trigger.GetProperty("payload").GetProperty("group").GetString(), trigger.GetProperty("payload").GetProperty("component").GetString()));
        Assert.False(resolve.TryGetProperty("payload", out _));
    }

    [Fact]
    public async Task Hook_IsSigned_AndCarriesTheSameKeyAtEachAttempt()
    {
        await using var sink = new HttpSink { Status = 500 };
        var extras = $"receivers: [{{ name: r, hooks: [{{ url: '{sink.Address}/x', secret_file: {SecretFile("k3y")}, token_file: {SecretFile("t0ken")} }}] }}]";
        await using var room = await FireAsync(Routing("    webhook_configs: []"), extras, AnAlert.Of("Heap"));
        sink.Status = 204;
        await room.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(2, sink.All.Count);
        Assert.Equal(sink.All[0].Headers["Idempotency-Key"], sink.All[1].Headers["Idempotency-Key"]);
        Assert.All(sink.All, sent =>
        {
            var expected = HMACSHA256.HashData("k3y"u8, [.. Encoding.UTF8.GetBytes(sent.Headers["X-Ops-Timestamp"] + "."), .. sent.Body]);
            Assert.Equal($"sha256={Convert.ToHexStringLower(expected)}", sent.Headers["X-Ops-Signature"]);
            Assert.Equal("Bearer t0ken", sent.Headers["Authorization"]);
        });
    }

    [Theory]
    [InlineData("ntfy", "/", "topic", "alerts")]
    [InlineData("gotify", "/alerts", "priority", "8")]
    [InlineData("sms", "/alerts", "to", "+491")]
    [InlineData("voice", "/alerts", "say", "OpsDashboard. CRITICAL: Heap is wrong.")]
    public async Task Presets_SpeakTheirReceiversLanguage(string preset, string path, string key, string value)
    {
        await using var sink = new HttpSink();
        await using var room = await FireAsync(Routing("    webhook_configs: []"), $"receivers: [{{ name: r, hooks: [{{ preset: {preset}, to: '+491', url: '{sink.Address}/alerts' }}] }}]", AnAlert.Of("Heap"));
        var sent = Assert.Single(sink.All);
        Assert.Equal(path, sent.Path);
        Assert.Equal(value, sent.Json.GetProperty(key).ToString());
    }

    [Fact]
    public async Task TooManyRequests_WaitsAsLongAsAsked()
    {
        await using var sink = new HttpSink { Status = 429, Header = ("Retry-After", "120") };
        await using var room = await FireAsync(Routing($"    webhook_configs: [{{ url: '{sink.Address}/x' }}]"), null, AnAlert.Of("Heap"));
        sink.Status = 200;
        await room.AdvanceAsync(TimeSpan.FromSeconds(119));
        Assert.Single(sink.All);
        await room.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(2, sink.All.Count);
        Assert.Equal(DeliveryState.Delivered, (await OnlyAsync(room)).Delivery.State);
    }

    [Fact]
    public async Task Garbage_IsTriedAgain_AndSaysWhy()
    {
        await using var server = LoopbackServer.Raw((_, stream, stop) => stream.WriteAsync("\0\u0001 nonsense\r\n\r\n"u8.ToArray(), stop).AsTask());
        await using var room = await FireAsync(Routing($"    webhook_configs: [{{ url: 'http://{server.Address}/x' }}]"), null, AnAlert.Of("Heap"));
        var delivery = (await OnlyAsync(room)).Delivery;
        Assert.Equal(DeliveryState.Waiting, delivery.State);
        Assert.DoesNotContain("http://", delivery.Result);
    }

    [Fact]
    public async Task ReceiverThatHangs_TimesOut_AndDelaysNoOther()
    {
        await using var sink = new HttpSink();
        var asked = new TaskCompletionSource();
        await using var hanging = LoopbackServer.Raw(async (_, _, stop) =>
        {
            asked.TrySetResult();
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, stop);
        });
        await using var room = await NotificationRoom.OpenAsync(Routing($"    webhook_configs: [{{ url: 'http://{hanging.Address}/x' }}, {{ url: '{sink.Address}/y' }}]"));
        await room.RoundAsync();
        await room.Alerts.FireAsync(AnAlert.Of("Heap"));
        room.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await room.BeginRoundAsync();
        await asked.Task.WaitAsync(Patience.Limit);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        // What arrived is delivered once its answer was read; before that the clock would run out for it too.
        while ((await ResultsAsync())["webhook/1"].State != DeliveryState.Delivered)
            await pause.WaitForNextTickAsync(limit.Token);
        room.Clock.Advance(Sender.Timeout);
        await room.IdleAsync();
        var results = await ResultsAsync();
        Assert.Equal("did not answer within 10 s", results["webhook/0"].Result);
        Assert.Equal(DeliveryState.Delivered, results["webhook/1"].State);

        async Task<Dictionary<string, Delivery>> ResultsAsync() => (await room.LoggedAsync())[0].Deliveries.ToDictionary(one => one.Delivery.Method, one => one.Delivery);
    }

    [Fact]
    public async Task NotFound_IsNotTriedAgain()
    {
        await using var sink = new HttpSink { Status = 404 };
        await using var room = await FireAsync(Routing($"    webhook_configs: [{{ url: '{sink.Address}/x' }}]"), null, AnAlert.Of("Heap"));
        await room.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Single(sink.All);
        Assert.Equal(DeliveryState.Failed, (await OnlyAsync(room)).Delivery.State);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(100, 60)]
    public void Pauses_DoubleUpToAMinute(int attempts, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Sender.Pause(attempts));
}
