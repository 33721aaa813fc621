namespace OpsDashboard.Ui;

/// <summary>
/// Every address of the program, escaped. Relative to the base address, so that they hold behind a reverse proxy's path as well.
/// </summary>
public static class Urls
{
    public const string Overview = "./";
    public const string Metrics = "metrics-explorer";
    public const string Collectors = "collectors";
    public const string Alerts = "alerts";
    public const string Rules = "rules";
    public const string OnCall = "oncall";
    public const string Runbooks = "runbooks";
    public const string Automation = "automation";
    public const string Drills = "drills";
    public const string Silences = "silences";
    public const string Kpi = "kpi";
    public const string Logs = "logs";
    public const string Security = "security";
    public const string Audit = "audit";
    public const string Accounts = "accounts";
    public const string Catalogue = "catalogue";
    public const string Simulator = "simulator";
    public const string Settings = "settings";
    public const string OwnAccount = "account";
    public const string SignIn = "sign-in";
    public const string SignOut = "sign-out";

    public static string System(string id, string? tab = null) => With($"systems/{Escape(id)}", ("tab", tab));

    public static string Alert(Guid id) => $"alerts/{id}";

    public static string Runbook(string id, Guid? alert = null) => With($"runbooks/{Escape(id)}", ("alert", alert?.ToString()));

    public static string Run(Guid id) => $"runs/{id}";

    /// <summary>The rules with one of them open.</summary>
    public static string Rule(string id) => With(Rules, ("rule", id));

    /// <summary>The explorer with an expression plotted.</summary>
    public static string Plot(string expression, string? range = null) => With(Metrics, ("expr", expression), ("range", range));

    /// <summary>Adds query parameters; those without a value are left out.</summary>
    public static string With(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var url = path;
        var separator = path.Contains('?') ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (string.IsNullOrEmpty(value))
                continue;
            url += $"{separator}{name}={Escape(value)}";
            separator = '&';
        }
        return url;
    }

    static string Escape(string text) => Uri.EscapeDataString(text);
}
