using System.Text.Json;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Metrics;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Routing;

public sealed class RoutingTests
{
    const string Tree = """
        route:
          receiver: root
          group_by: [alertname, cluster]
          group_wait: 5s
          routes:
            - receiver: db
              matchers: ['service=~"mysql|postgres"']
              continue: true
              routes:
                - receiver: db-night
                  match: { shift: night }
                  repeat_interval: 1h
            - receiver: all-by-itself
              match_re: { service: "my.*" }
              group_by: ['...']
            - receiver: quiet
              matchers: [team="x", severity!="critical"]
              mute_time_intervals: [weekend]
        time_intervals:
          - name: weekend
            time_intervals: [{ weekdays: ['saturday', 'sunday'] }]
        receivers: [{ name: root }, { name: db }, { name: db-night }, { name: all-by-itself }, { name: quiet }]
        """;

    static Labels Of(params (string Name, string Value)[] labels) => Labels.From(labels.Select(pair => new Label(pair.Name, pair.Value)));

    [Fact]
    public void Tree_Matched_InheritsAndContinues()
    {
        var table = RoutingText.Table(Tree);
        var at = FakeTimeProvider.DefaultStart;
        Assert.Equal(["root"], table.Test(Of(("a", "b")), at).Select(step => step.Receiver));
        var both = table.Test(Of(("service", "mysql"), ("shift", "night"), ("alertname", "Slow")), at);
        Assert.Equal(["db-night", "all-by-itself"], both.Select(step => step.Receiver));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)), (both[0].GroupWait, both[0].GroupInterval, both[0].RepeatInterval));
        Assert.Equal("{alertname=\"Slow\"}", both[0].Group.ToString());
        Assert.Equal("{}/{service=~\"mysql|postgres\"}/{shift=\"night\"}:{alertname=\"Slow\"}", both[0].GroupKey);
        Assert.Equal(3, both[1].Group.Count);
    }

    [Fact]
    public void TimeIntervals_MuteOnTheirDays()
    {
        var table = RoutingText.Table(Tree);
        var labels = Of(("team", "x"));
        Assert.False(table.Test(labels, new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero))[0].IsMuted);
        Assert.True(table.Test(labels, new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero))[0].IsMuted);
    }

    [Theory]
    [InlineData("times: [{ start_time: '09:00', end_time: '17:00' }]", "2026-11-20T16:59:00Z", true)]
    [InlineData("times: [{ start_time: '09:00', end_time: '17:00' }]", "2026-11-20T17:00:00Z", false)]
    [InlineData("times: [{ start_time: '22:00', end_time: '24:00' }]", "2026-11-20T23:59:59Z", true)]
    [InlineData("times: [{ start_time: '09:00', end_time: '17:00' }]\n    location: America/New_York", "2026-11-20T21:30:00Z", true)]
    [InlineData("weekdays: ['monday:friday']", "2026-11-22T12:00:00Z", false)]
    [InlineData("days_of_month: ['-1']", "2027-02-28T12:00:00Z", true)]
    [InlineData("days_of_month: ['30:31']", "2027-02-28T12:00:00Z", false)]
    [InlineData("days_of_month: ['-3:-1']", "2026-11-28T12:00:00Z", true)]
    [InlineData("months: ['november:december']", "2026-11-28T12:00:00Z", true)]
    [InlineData("months: ['1:3']", "2026-11-28T12:00:00Z", false)]
    [InlineData("years: ['2020:2026']", "2026-11-28T12:00:00Z", true)]
    [InlineData("months: ['11']\n    weekdays: ['sunday']", "2026-11-20T12:00:00Z", false)]
    public void TimeInterval_Contains(string yaml, string at, bool isInside)
    {
        var table = RoutingText.Table($"""
            route: {"{ receiver: a, routes: [{ receiver: a, matchers: ['x=\"y\"'], active_time_intervals: [t] }] }"}
            receivers: [{"{ name: a }"}]
            time_intervals:
            - name: t
              time_intervals:
              - {yaml.Replace("\n    ", "\n    ")}
            """);
        Assert.Equal(isInside, table.TimeIntervals["t"][0].Contains(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(!isInside, table.Test(Of(("x", "y")), DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture))[0].IsMuted);
    }

    [Theory]
    [InlineData("receivers: [{ name: a }]", "alertmanager.yml:1: `route` is missing.")]
    [InlineData("route: { receiver: b }\nreceivers: [{ name: a }]", "alertmanager.yml:1: There is no receiver `b`. Use one of a.")]
    [InlineData("route:\n  receiver: a\n  group_interval: 0s\nreceivers: [{ name: a }]", "alertmanager.yml:3: `group_interval` cannot be 0.")]
    [InlineData("route:\n  receiver: a\n  matchers: [a=b]\nreceivers: [{ name: a }]", "alertmanager.yml:3: The root route takes every alert")]
    [InlineData("route:\n  receiver: a\n  routes:\n    - matchers: ['a=~\"(\"']\nreceivers: [{ name: a }]", "alertmanager.yml:4: `(` is no regular expression")]
    [InlineData("route:\n  receiver: a\n  routes:\n    - { mute_time_intervals: [never] }\nreceivers: [{ name: a }]", "alertmanager.yml:4: There is no time interval `never`.")]
    [InlineData("route:\n  receiver: a\n  grup_by: [x]\nreceivers: [{ name: a }]", "alertmanager.yml:3: `grup_by` is not known here.")]
    [InlineData("route: { receiver: a }\nreceivers: [{ name: a }, { name: a }]", "alertmanager.yml:2: The receiver `a` stands here twice.")]
    [InlineData("route: { receiver: a }\nreceivers:\n  - name: a\n    slack_configs: [{ api_url: 'https://hooks.slack.com/services/T0/B0/x' }]", "alertmanager.yml:4: `api_url` is a secret and must not stand in the catalogue.")]
    [InlineData("route: { receiver: a }\nreceivers:\n  - name: a\n    email_configs: [{ to: nobody }]", "alertmanager.yml:4: `nobody` is no e-mail address.")]
    [InlineData("route: { receiver: a }\nreceivers:\n  - name: a\n    webhook_configs: [{ url: 'https://me:pw@x/y' }]", "alertmanager.yml:4: `url` is no address without a password.")]
    [InlineData("route: { receiver: a }\nreceivers: [{ name: a }]\ntime_intervals:\n  - name: t\n    time_intervals:\n      - weekdays: ['friday:monday']", "alertmanager.yml:6: `friday:monday` is no range of weekdays.")]
    [InlineData("route: { receiver: a }\nreceivers: [{ name: a }]\ntime_intervals:\n  - name: t\n    time_intervals:\n      - times: [{ start_time: '25:00', end_time: '26:00' }]", "alertmanager.yml:6: `25:00` is no time of the day.")]
    public void WrongFile_IsNamed_WithLine(string yaml, string begins)
    {
        var reading = RoutingText.Read(yaml);
        Assert.Contains(reading.Problems, problem => !problem.IsWarning && problem.ToString().StartsWith(begins, StringComparison.Ordinal));
        Assert.DoesNotContain(typeof(RoutingTable), reading.Documents.Keys);
    }

    [Fact]
    public void WhatIsNotSentFromHere_IsAWarning()
    {
        var reading = RoutingText.Read("global: { opsgenie_api_url: x }\nroute: { receiver: a }\nreceivers:\n  - name: a\n    opsgenie_configs: [{ responders: [] }]\n    email_configs: [{ to: '${mail}', html: x }]");
        Assert.Equal(3, reading.Problems.Count(problem => problem.IsWarning));
        Assert.Equal("ops@example.com", Assert.Single(((RoutingTable)reading.Documents[typeof(RoutingTable)]).Receivers["a"].Methods).Destination);
    }

    [Fact]
    public void Extras_AddMethodsAndTheNextReceiver()
    {
        const string Routing = "route: { receiver: a }\nreceivers: [{ name: a }, { name: b }]";
        var table = RoutingText.Table(Routing, "fallback: b\nreceivers:\n  - { name: a, push: true, in_app: true, hooks: [{ preset: ntfy, url: 'https://ntfy.example/ops', token_env: NTFY }] }");
        Assert.Equal(["webhook", "push", "in-app"], table.Receivers["a"].Methods.Select(method => method.Kind));
        Assert.Equal(("b", null), (table.Receivers["a"].Next, table.Receivers["b"].Next));
        var problems = RoutingText.Read(Routing, "fallback: c\nreceivers:\n  - { name: a, hooks: [{ preset: sms, url: 'https://x/' }] }").Problems.Select(problem => problem.ToString()).ToArray();
        Assert.StartsWith("alertmanager.ops.yml:1: There is no receiver `c`", problems[0]);
        Assert.StartsWith("alertmanager.ops.yml:3: A hook with `preset: sms` needs a number.", problems[1]);
    }

    [Fact]
    public void Inhibition_NeedsAFiringSourceThatAgrees()
    {
        var rule = RoutingText.Table("route: { receiver: a }\nreceivers: [{ name: a }]\ninhibit_rules: [{ source_matchers: [severity=critical], target_matchers: ['severity=~\"warning|critical\"'], equal: [system, node] }]").Inhibitions;
        var critical = AnAlert.Of("Down");
        var inhibitions = new Inhibitions(rule, [critical, AnAlert.Of("Over", "game") with { State = AlertState.Resolved }]);
        Assert.Equal(critical.Id, inhibitions.InhibitorOf(AnAlert.Of("Slow", severity: "warning").Labels));
        Assert.Null(inhibitions.InhibitorOf(AnAlert.Of("Slow", "game", severity: "warning").Labels));
        Assert.Null(inhibitions.InhibitorOf(AnAlert.Of("Slow", severity: "warning", labels: ("node", "n1")).Labels));
        Assert.Null(inhibitions.InhibitorOf(critical.Labels));
        Assert.Null(inhibitions.InhibitorOf(AnAlert.Of("Other").Labels));
    }

    [AmtoolFact]
    public async Task RandomTrees_GoWhereAmtoolSays()
    {
        var random = new Random(4711);
        var folder = RealServer.TemporaryFolder("amtool");
        for (var tree = 0; tree < 6; tree++)
        {
            var receivers = Enumerable.Range(0, 8).Select(i => $"r{i}").ToArray();
            var yaml = $"route:\n  receiver: r0\n{Branches(random, receivers, 3, "  ")}receivers: [{string.Join(", ", receivers.Select(name => $"{{ name: {name} }}"))}]\n";
            var file = Path.Combine(folder, $"{tree}.yml");
            await File.WriteAllTextAsync(file, yaml);
            await CompareAsync(file, RoutingText.Table(yaml), Enumerable.Range(0, 8).Select(_ => new[] { "a", "b", "c" }.Where(_ => random.Next(3) > 0).Select(name => (name, $"v{random.Next(3)}")).ToArray()));
        }
    }

    [AmtoolFact]
    public async Task ShippedRouting_GoesWhereAmtoolSays()
    {
        var file = Path.Combine(RoutingText.ShippedFolder, "alertmanager.yml");
        var text = (await File.ReadAllTextAsync(file)).Replace("${cg_mail}", "ops@example.com").Replace("${smtp_from}", "ops@example.com").Replace("${smtp_host}", "mail.example.com").Replace("${smtp_username}", "ops");
        var copy = Path.Combine(RealServer.TemporaryFolder("amtool"), "alertmanager.yml");
        await File.WriteAllTextAsync(copy, text);
        var table = RoutingText.Table(text, await File.ReadAllTextAsync(Path.Combine(RoutingText.ShippedFolder, "alertmanager.ops.yml")));
        (string, string)[][] cases =
        [
            [("alertname", "Watchdog")],
            [("system", "case-opening"), ("severity", "critical"), ("alertname", "CriticalErrors")],
            [("system", "case-opening"), ("severity", "critical"), ("alertname", "HighErrorRate")],
            [("system", "case-opening"), ("severity", "warning"), ("alertname", "LowFrameRate")],
            [("system", "dnd-companion"), ("severity", "critical"), ("component", "backend"), ("alertname", "HighErrorRate")],
            [("system", "dnd-companion"), ("severity", "critical"), ("alertname", "HighErrorRate")],
            [("system", "dnd-companion"), ("severity", "warning"), ("component", "frontend"), ("alertname", "X")],
            [("system", "nba-projections"), ("severity", "critical"), ("component", "database"), ("alertname", "X")],
            [("system", "nba-projections"), ("severity", "warning"), ("alertname", "X")],
            [("system", "quantum-nexus"), ("severity", "critical"), ("alertname", "X")],
            [("system", "liap-tui"), ("severity", "info"), ("alertname", "X")],
        ];
        await CompareAsync(copy, table, cases);
        Assert.All(table.Receivers.Values.Where(receiver => receiver.Name != "nobody"), receiver => Assert.NotEmpty(receiver.Methods));
    }

    [Fact]
    public void Watchdog_OfOurs_ReachesNobodyUnlessARouteAsksForItByName()
    {
        var own = new[] { ("alertname", "Watchdog"), ("severity", "none") };
        Assert.Empty(RoutingTable.Default.Test(Of(own), FakeTimeProvider.DefaultStart));
        Assert.Empty(RoutingText.Table("route: { receiver: a }\nreceivers: [{ name: a }]").Test(Of(own), FakeTimeProvider.DefaultStart));
        var asked = RoutingText.Table("route:\n  receiver: a\n  routes:\n    - { receiver: b, matchers: ['alertname=\"Watchdog\"'] }\nreceivers: [{ name: a }, { name: b }]");
        Assert.Equal("b", Assert.Single(asked.Test(Of(own), FakeTimeProvider.DefaultStart)).Receiver);
        // One that another Prometheus sent is an alert like any other.
        Assert.Single(RoutingTable.Default.Test(Of([("alertname", "Watchdog"), ("severity", "none"), ("system", "shop")]), FakeTimeProvider.DefaultStart));
        Assert.Single(RoutingTable.Default.Test(Of([("alertname", "Other")]), FakeTimeProvider.DefaultStart));
    }

    static async Task CompareAsync(string file, RoutingTable table, IEnumerable<(string Name, string Value)[]> cases)
    {
        foreach (var labels in cases.Where(labels => labels.Length > 0))
        {
            var said = await RealServer.RunAsync(AmtoolFactAttribute.Amtool!, ["config", "routes", "test", $"--config.file={file}", .. labels.Select(pair => $"{pair.Name}={pair.Value}")]);
            var ours = table.Test(Of(labels), FakeTimeProvider.DefaultStart).Select(step => step.Receiver);
            Assert.True(said.Trim() == string.Join(',', ours), $"{JsonSerializer.Serialize(labels.Select(pair => $"{pair.Name}={pair.Value}"))}: amtool says {said.Trim()}, we say {string.Join(',', ours)}\n{File.ReadAllText(file)}");
        }
    }

    static string Branches(Random random, string[] receivers, int depth, string indent)
    {
        if (depth == 0)
            return "";
        var text = $"{indent}routes:\n";
        for (var i = 0; i < 2; i++)
        {
            var sign = new[] { "=", "!=", "=~", "!~" }[random.Next(4)];
            var value = sign.Contains('~') ? $"v[{random.Next(2)}{1 + random.Next(2)}]|" : $"v{random.Next(3)}";
            text += $"{indent}  - receiver: {receivers[random.Next(receivers.Length)]}\n{indent}    matchers: ['{"abc"[random.Next(3)]}{sign}\"{value}\"']\n{indent}    continue: {(random.Next(2) == 0 ? "true" : "false")}\n{Branches(random, receivers, depth - 1, indent + "    ")}";
        }
        return text;
    }
}

/// <summary>A test that compares with the real amtool.</summary>
public sealed class AmtoolFactAttribute : FactAttribute
{
    public static readonly string? Amtool = RealServer.Find("amtool", "/usr/bin", "/usr/local/bin");

    public AmtoolFactAttribute() => Skip = RealServer.SkipUnless(Amtool, "amtool");
}
