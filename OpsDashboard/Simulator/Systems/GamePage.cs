using System.Net;

namespace OpsDashboard.Simulator.Systems;

/// <summary>The game's page: it animates an opening and, when the dashboard listens, loads its beacon script, so that a real browser's frame rate appears.</summary>
static class GamePage
{
    public const string WriteKey = "cg-web-public-1";

    static readonly string Template = Load();

    public static string Html(string? dashboardUrl, string ownUrl)
    {
        var script = dashboardUrl is null ? "" : $"<script async src=\"{WebUtility.HtmlEncode(dashboardUrl)}/rum.js\" data-key=\"{WriteKey}\"></script>";
        return Template.Replace("<!-- beacons -->", script).Replace("{{own}}", WebUtility.HtmlEncode(ownUrl));
    }

    static string Load()
    {
        using var stream = typeof(GamePage).Assembly.GetManifestResourceStream("OpsDashboard.Simulator.game.html")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
