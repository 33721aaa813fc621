using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Export;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Shell;

/// <summary>
/// <c>OpsDashboard export-runbooks &lt;folder&gt; [--environment name]</c>: every runbook of the catalogue's files with its exact commands, one readable file
/// each, for the day this program is down.
/// </summary>
static class ExportRunbooksCommand
{
    public const string Usage = "Usage: OpsDashboard export-runbooks <folder> [--environment <name>]";

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (FileCommand.Of(args) is not { } command)
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }
        var builder = FileCommand.Parts();
        var catalogue = new ReadOnce();
        builder.Services.AddSingleton<ICatalogue>(catalogue);
        await using var app = builder.Build();
        var options = app.Services.GetRequiredService<CatalogueOptions>();
        var environment = command.Environment ?? options.Environment;
        var reading = app.Services.GetRequiredService<CatalogueReader>().Read(CatalogueFiles.Read(options.Path), environment, CatalogueOptions.Overrides(builder.Configuration));
        catalogue.Current = new(1, "", environment, reading.Systems, reading.Problems) { Nodes = reading.Nodes };
        foreach (var problem in reading.Problems.Where(problem => !problem.IsWarning))
            await output.WriteLineAsync(problem.ToString());
        var planner = new Planner(app.Services.GetRequiredService<StepExecutors>(), catalogue);
        var runbooks = reading.Systems.SelectMany(system => system.Document<RunbookDocument>()?.Runbooks ?? []).ToArray();
        foreach (var runbook in runbooks)
            await WriteAsync(command.Folder, runbook, Planned(planner, runbook), environment);
        await output.WriteLineAsync($"{runbooks.Length} runbooks of the environment {environment} are in {Path.GetFullPath(command.Folder)}.");
        return reading.Problems.Any(problem => !problem.IsWarning) ? 1 : 0;
    }

    // A value that has no default is for the person who follows the file.
    static Plan? Planned(Planner planner, Runbook runbook)
    {
        try
        {
            return planner.Make(runbook, new Dictionary<string, string>(), null);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    static async Task WriteAsync(string folder, Runbook runbook, Plan? plan, string environment)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, runbook.SystemId));
        await File.WriteAllTextAsync(Path.Combine(place.FullName, $"{runbook.Name}.md"), RunbookDocumentText.Of(runbook, plan, environment));
    }

    sealed class ReadOnce : ICatalogue
    {
        public CatalogueSnapshot Current { get; set; } = CatalogueSnapshot.Empty;

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException("The catalogue is read once.");
    }
}
