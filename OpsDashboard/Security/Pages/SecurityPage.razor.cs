using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Ui;

namespace OpsDashboard.Security.Pages;

/// <summary>Attempts against the systems: how many, whether more than before, from where, and the lines that tell of them.</summary>
public sealed partial class SecurityPage : LivePage
{
    static readonly (string Id, string Words)[] Ranges = [("1h", "last hour"), ("6h", "last 6 hours"), ("24h", "last 24 hours"), ("7d", "last 7 days"), ("30d", "last 30 days")];

    // Counting reads the database; a few seconds are soon enough for numbers, the lines below are live.
    protected override TimeSpan Pace => TimeSpan.FromSeconds(5);

    [Inject] public required SignalReader Signals { get; set; }
    [Inject] public required AddressReader Addresses { get; set; }
    [Inject] public required TrafficReader Traffic { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ISampleQuery Samples { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    [SupplyParameterFromQuery] public string? Range { get; set; }

    [SupplyParameterFromQuery] public string? System { get; set; }

    IReadOnlyList<MonitoredSystem> systems = [];
    IReadOnlyList<SignalReport> reports = [];
    IReadOnlyList<SystemTraffic> traffic = [];
    IReadOnlyList<MonitoredSystem> tokens = [];
    AddressReport? addresses;
    LogFilter tail = new();
    string? problem;

    string RangeId => Ranges.Any(range => range.Id == Range) ? Range! : SecurityRange.Default;

    string Words => Ranges.First(range => range.Id == RangeId).Words;

    string? Shown => systems.FirstOrDefault(system => system.Id == System)?.Id;

    string Sentence
    {
        get
        {
            if (reports.Count == 0)
                return "What tells of attempts against the systems, out of their logs.";
            var lines = reports.Where(report => report.Lines > 0).OrderByDescending(report => report.Lines - report.Before).ToList();
            if (lines.Count == 0)
                return $"Nothing of the kind in the {Words}.";
            var top = addresses?.Addresses is [{ } first, ..] ? $" Most come from {first.Address}." : "";
            return string.Create(CultureInfo.InvariantCulture, $"{lines[0].Signal.Title}: {lines[0].Lines:N0} in the {Words}, {SignalCard.Change(lines[0])}.{top}");
        }
    }

    protected override void Follow() => On<LogsAppended>();

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var (actor, now) = (await Current.GetAsync(), Clock.GetUtcNow());
        systems = [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadLogs, system.Id)).OrderBy(system => system.Name, StringComparer.Ordinal)];
        tail = new() { Categories = [SecuritySignals.Category], Systems = Shown is { } one ? [one] : [] };
        var from = now - LogAddress.Span(RangeId)!.Value;
        reports = await Signals.ReadAsync(actor, Shown, from, now, 5, stop);
        addresses = await Addresses.ReadAsync(actor, Shown, from, now, stop);
        await ReadFiguresAsync(actor, stop);
    }

    async Task ReadFiguresAsync(Actor actor, CancellationToken stop)
    {
        problem = null;
        if (!actor.MayAnywhere(Permission.ReadMetrics))
            return;
        try
        {
            traffic = [.. (await Traffic.ReadAsync(actor, stop)).Where(one => Shown is null || one.SystemId == Shown)];
            tokens = [.. systems.Where(system => (Shown is null || system.Id == Shown) && actor.May(Permission.ReadMetrics, system.Id) && HasTokens(system.Id))];
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException)
        {
            problem = $"Traffic and tokens cannot be computed now: {fault.Message}";
        }
    }

    bool HasTokens(string systemId) => Samples.Metadata.ContainsKey("auth_tokens") && Catalogue.Current.Find(systemId)?.Document<DashboardDocument>()?.Dashboards
        .Any(dashboard => dashboard.Panels.Any(panel => panel.Queries.Any(query => query.Expression.Contains("auth_tokens{", StringComparison.Ordinal)))) == true;

    string NameOf(string systemId) => systems.FirstOrDefault(system => system.Id == systemId)?.Name ?? systemId;

    string LinesOf(SeenAddress address) => LogAddress.Of(new() { Systems = Shown is { } one ? [one] : [], Fields = [new("ip", address.Address)] }, ("range", RangeId));

    string Share(SeenNetwork network) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * network.Lines / addresses!.Networks[0].Lines:0.#}%");

    static string TrafficWords(SystemTraffic one) => one.Usual is not { } usual ? "less than half an hour is known: nothing to compare with"
        : $"{(one.IsUnusual ? one.Now > usual ? "unusually much" : "unusually little" : "as usual")}: {UnitFormat.Text(usual, Unit.PerSecond)} ± {UnitFormat.Text(one.Deviation, Unit.PerSecond)}";
}
