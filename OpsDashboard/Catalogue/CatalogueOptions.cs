namespace OpsDashboard.Catalogue;

/// <summary>Where the catalogue is and as what environment it is read.</summary>
/// <param name="Path">Absolute path of the folder that holds one folder a system.</param>
/// <param name="Environment">Which <c>environments/&lt;name&gt;.yml</c> gives the variables.</param>
public sealed record CatalogueOptions(string Path, string Environment)
{
    /// <summary>The folder that ships beside the program.</summary>
    public static string ShippedPath => System.IO.Path.Combine(AppContext.BaseDirectory, "Systems");

    public static CatalogueOptions From(IConfiguration configuration, IHostEnvironment host)
    {
        var path = configuration["Catalogue:Path"] is { Length: > 0 } given ? System.IO.Path.GetFullPath(given) : ShippedPath;
        var simulated = configuration.GetValue("Simulator:Enabled", host.IsDevelopment());
        var environment = configuration["Catalogue:Environment"] is { Length: > 0 } named ? named : simulated ? "simulator" : "production";
        return new(path, environment);
    }

    /// <summary>Values from the configuration that win over those of the environment's file. Read at every reload: they may change while the program runs.</summary>
    public static IReadOnlyDictionary<string, string> Overrides(IConfiguration configuration) =>
        configuration.GetSection("Catalogue:Variables").GetChildren()
            .Where(child => child.Value is not null)
            .ToDictionary(child => child.Key, child => child.Value!);
}
