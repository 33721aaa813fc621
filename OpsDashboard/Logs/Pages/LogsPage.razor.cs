using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Ui;

namespace OpsDashboard.Logs.Pages;

/// <summary>What is searched for and shown lives in the address: a link sent to a colleague shows the same. Nothing on it moves by itself.</summary>
public sealed partial class LogsPage : IDisposable
{
    const int Rows = 100, Bars = 60, MostPatterns = 200;
    const string DefaultRange = "1h", SavedRange = "24h", PatternsTab = "patterns", ChainTab = "chain", LiveTab = "live", FilesTab = "files";

    static readonly IReadOnlyList<TabBar.Tab> Tabs = [new("lines", "Lines"), new(PatternsTab, "Patterns"), new(ChainTab, "Chain"), new(LiveTab, "Live"), new(FilesTab, "Files")];
    static readonly LineLevel[] LevelChoices = [LineLevel.Debug, LineLevel.Info, LineLevel.Warn, LineLevel.Error, LineLevel.Fatal];

    /// <summary>What fields of the form say; the rest of the address goes along with it, but for the place in the list.</summary>
    static readonly HashSet<string> InForm = new(["q", "case", "system", "level", "levels", "category", "cursor"], StringComparer.OrdinalIgnoreCase);

    [Inject] public required ILogQuery Query { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }

    readonly CancellationTokenSource gone = new();
    readonly List<string> problems = [];
    Dictionary<string, StringValues> address = [];
    LogFilter filter = new();
    SavedSearch? saved;
    IReadOnlyList<MonitoredSystem> systems = [];
    IReadOnlyList<string> categories = [];
    LogPage? page;
    LogCounts? counts;
    LogPatterns? patterns;
    IReadOnlyList<LogEntry>? chain;
    DateTimeOffset newSince;

    string Shown => Tabs.Any(tab => tab.Id == Given("tab")) ? Given("tab")! : Tabs[0].Id;

    string? Cursor => Given("cursor");

    string? Typed => Given("q");

    LineLevel? LeastLevel => filter.Levels.Count > 0 && filter.Levels.Max() == LineLevel.Fatal && filter.Levels.Count == LineLevel.Fatal - filter.Levels.Min() + 1 ? filter.Levels.Min() : null;

    IEnumerable<(string Name, string Value)> Kept => address.Where(pair => !InForm.Contains(pair.Key)).SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? "")));

    /// <summary>Conditions that have no field of their own, each with the address without it.</summary>
    IEnumerable<(string Label, string Without)> Narrowed =>
        from pair in address
        where pair.Key is "event" or "component" or "correlationId" or "pattern" or "levels" || pair.Key.StartsWith("field.", StringComparison.OrdinalIgnoreCase)
        select ($"{pair.Key.Replace("field.", "")} {(pair.Key == "pattern" ? "" : pair.Value)}", With((pair.Key, null)));

    string Sentence
    {
        get
        {
            if (counts is null)
                return "What programs wrote: search it, see what is new in it, follow one request through all systems.";
            var all = counts.Counts.Sum(count => count.Lines);
            var grave = counts.Counts.Where(count => count.Level >= LineLevel.Error).Sum(count => count.Lines);
            var lines = all == 1 ? "One line" : $"{all.ToString("N0", CultureInfo.InvariantCulture)} lines";
            return (all, grave) switch
            {
                (0, _) => "No line in the time shown.",
                (_, 0) => $"{lines} in the time shown, none of them an error.",
                _ => $"{lines} in the time shown, {grave.ToString("N0", CultureInfo.InvariantCulture)} of them errors.",
            } + (counts.CountedFrom is null ? "" : " Counted as far as the time for it went.");
        }
    }

    string? ChainNote => (chain![^1].At - chain[0].At) is var span && chain.Count >= ILogQuery.MaxChain ? $"only the newest {ILogQuery.MaxChain}"
        : $"took {span.TotalSeconds.ToString(span.TotalSeconds < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture)} s";

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocation;
        await ReadAsync();
    }

    void OnLocation(object? sender, LocationChangedEventArgs change) => _ = InvokeAsync(async () =>
    {
        if (new Uri(change.Location).AbsolutePath.TrimEnd('/').EndsWith('/' + Urls.Logs))
        {
            await ReadAsync();
            StateHasChanged();
        }
    });

    async Task ReadAsync()
    {
        problems.Clear();
        (page, counts, patterns, chain) = (null, null, null, null);
        address = QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query);
        var now = Clock.GetUtcNow();
        try
        {
            filter = LogAddress.Read(address.Where(pair => pair.Key != "cursor"), now, out saved);
            var actor = await Current.GetAsync();
            systems = [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadLogs, system.Id))];
            categories = await Query.CategoriesAsync(actor, gone.Token);
            var isTimed = filter.From is not null || filter.To is not null;
            // The newest of a saved search are wanted however old they are; the chart has a time of its own.
            var timed = isTimed ? filter : filter with { From = now - LogAddress.Span(saved is null ? DefaultRange : SavedRange) };
            newSince = timed.From ?? now - TimeSpan.FromHours(1);
            if (Shown == ChainTab)
            {
                chain = filter.CorrelationId is { } id ? await Query.ChainAsync(actor, id, gone.Token) : null;
                return;
            }
            if (Shown is LiveTab or FilesTab)
                return;
            counts = await Query.CountsAsync(actor, timed, Bars, gone.Token);
            if (Shown == PatternsTab)
                patterns = await Query.PatternsAsync(actor, timed, newSince, MostPatterns, gone.Token);
            else
                page = await Query.SearchAsync(actor, saved is null ? timed : filter, Cursor, saved?.Limit ?? Rows, gone.Token);
            filter = timed;
        }
        catch (InvalidInputException wrong)
        {
            problems.AddRange(wrong.Problems.Select(problem => $"{(problem.Field == "q" ? "The text" : problem.Field)} {problem.Message}"));
        }
        catch (AccessDeniedException refused)
        {
            problems.Add(refused.Message);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested) { }
    }

    string At(DateTimeOffset from, DateTimeOffset to) => With(("from", $"{from.ToUnixTimeMilliseconds()}"), ("to", $"{to.ToUnixTimeMilliseconds()}"), ("range", null));

    string Of(LogPattern pattern) => With(("tab", null), ("pattern", pattern.Id.ToString(CultureInfo.InvariantCulture)));

    string FieldLink(string name, string value) => With((name, value));

    string ChainLink(string correlationId) => With(("tab", ChainTab), ("correlationId", correlationId));

    /// <summary>The same address with some parameters changed, from the newest line on.</summary>
    string With(params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var parameters = new Dictionary<string, object?> { ["cursor"] = null };
        foreach (var (name, value) in changes)
            parameters[name] = value;
        return Navigation.GetUriWithQueryParameters(parameters);
    }

    string? Given(string name) => address.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.ToString() : null;

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocation;
        gone.Cancel();
        gone.Dispose();
    }
}
