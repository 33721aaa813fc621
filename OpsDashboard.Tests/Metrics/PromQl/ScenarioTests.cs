using Xunit;

namespace OpsDashboard.Tests.Metrics.PromQl;

public class ScenarioTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Metrics", "PromQl", "Scenarios");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.test").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Scenario_File_EvaluatesAsWritten(string file) =>
        await new Scenario(file).RunAsync(await File.ReadAllTextAsync(Path.Combine(Folder, file)));
}
