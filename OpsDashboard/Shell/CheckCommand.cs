using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Objectives;
using OpsDashboard.Runbooks;

namespace OpsDashboard.Shell;

/// <summary><c>OpsDashboard check &lt;folder&gt; [--environment name]</c>: validates a catalogue as the program would read it, in every environment unless one is named.</summary>
static class CheckCommand
{
    public const string Usage = "Usage: OpsDashboard check <folder> [--environment <name>]";

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (FileCommand.Of(args) is not { } command)
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }
        var builder = FileCommand.Parts();
        await using var app = builder.Build();
        var files = CatalogueFiles.Read(command.Folder);
        var environments = command.Environment is { } only ? [only] : Variables.Environments(files).DefaultIfEmpty("production").ToArray();
        var reader = app.Services.GetRequiredService<CatalogueReader>();
        var readings = environments.Select(environment => (Environment: environment, Reading: reader.Read(files, environment, CatalogueOptions.Overrides(builder.Configuration)))).ToArray();
        return await ReportAsync(readings, output);
    }

    static async Task<int> ReportAsync((string Environment, CatalogueReading Reading)[] readings, TextWriter output)
    {
        var problems = readings.SelectMany(each => each.Reading.Problems).Distinct().OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line).ToArray();
        foreach (var problem in problems)
            await output.WriteLineAsync((problem.IsWarning ? "warning: " : "") + problem);
        var errors = problems.Count(problem => !problem.IsWarning);
        if (errors > 0)
        {
            await output.WriteLineAsync($"{errors} {(errors == 1 ? "problem" : "problems")}.");
            return 1;
        }
        foreach (var (environment, reading) in readings)
            await output.WriteLineAsync($"{environment}: {Summary(reading.Systems)}.");
        return 0;
    }

    static string Summary(IReadOnlyList<MonitoredSystem> systems) => string.Join(", ",
    [
        Count(systems.Count, "system"),
        Count(systems.Sum(system => system.Components.Count), "component"),
        Count(systems.Sum(system => system.Targets.Count), "target"),
        Count(systems.Sum(system => system.Document<KpiDocument>()?.Kpis.Count ?? 0), "KPI"),
        Count(systems.Sum(system => system.Document<RuleDocument>()?.Groups.Sum(group => group.Rules.Count) ?? 0), "alert rule"),
        Count(systems.Sum(system => system.Document<RunbookDocument>()?.Runbooks.Count ?? 0), "runbook"),
        Count(systems.Sum(system => system.Document<DashboardDocument>()?.Dashboards.Count ?? 0), "dashboard"),
    ]);

    static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
