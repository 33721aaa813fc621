namespace OpsDashboard.Metrics.Store.Database;

/// <summary>Which database holds the samples.</summary>
static class SampleDatabases
{
    public static ISampleDatabase Create(IConfiguration configuration, string contentRoot)
    {
        var folder = Path.GetFullPath(Path.Combine(contentRoot, configuration["Storage:DataDirectory"] is { Length: > 0 } set ? set : "data"));
        return new SqliteSampleDatabase(Path.Combine(folder, "samples.db"));
    }
}
