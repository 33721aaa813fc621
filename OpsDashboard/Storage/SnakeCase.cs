using System.Text;

namespace OpsDashboard.Storage;

static class SnakeCase
{
    /// <summary><c>AuditEntry</c> → <c>audit_entry</c>.</summary>
    public static string Of(string name)
    {
        var result = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && result.Length > 0)
                result.Append('_');
            result.Append(char.ToLowerInvariant(letter));
        }
        return result.ToString();
    }
}
