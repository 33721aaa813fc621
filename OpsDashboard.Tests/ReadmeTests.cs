using System.Text;
using OpsDashboard.Access;
using Xunit;

namespace OpsDashboard.Tests;

public sealed class ReadmeTests
{
    /// <summary>Run with UPDATE_README=1 to write the table anew.</summary>
    [Fact]
    public void PermissionTable_IsTheOneInTheCode()
    {
        var file = Path.Combine(Root, "README.md");
        var text = File.ReadAllText(file);
        const string Mark = "<!-- permissions -->\n";
        var begin = text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        var end = text.IndexOf("\n## ", begin, StringComparison.Ordinal);
        var expected = "\n" + Table();
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            text = text[..begin] + expected + text[end..];
            File.WriteAllText(file, text);
            end = text.IndexOf("\n## ", begin, StringComparison.Ordinal);
        }
        Assert.Equal(expected, text[begin..end]);
    }

    static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "OpsDashboard.sln")))
                folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
            return folder.FullName;
        }
    }

    static string Table()
    {
        var table = new StringBuilder("| action | viewer | responder | commander | admin |\n|---|---|---|---|---|\n");
        foreach (var (permission, role) in Permissions.Table)
        {
            var cells = Enum.GetValues<OpsDashboard.Audit.Role>().Select(column => column >= role ? "yes" : "–");
            table.Append($"| {permission} | {string.Join(" | ", cells)} |\n");
        }
        return table.ToString();
    }
}
