using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>Grants as text: <c>admin</c> (all systems), <c>viewer:case-opening</c>, separated by spaces.</summary>
public static class GrantText
{
    public static string Write(IEnumerable<Grant> grants) => string.Join(' ', grants.Select(Write));

    public static string Write(Grant grant) =>
        grant.Role.ToString().ToLowerInvariant() + (grant.SystemId is null ? "" : $":{grant.SystemId}");

    /// <summary>A word that is no role is dropped rather than guessed: it grants nothing.</summary>
    public static IReadOnlyList<Grant> Read(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ReadOne).OfType<Grant>()];

    public static Grant? ReadOne(string text)
    {
        var parts = text.Split(':', 2);
        return Enum.TryParse<Role>(parts[0], ignoreCase: true, out var role) && Enum.IsDefined(role) && !char.IsDigit(parts[0][0])
            ? new(role, parts.Length > 1 ? parts[1] : null)
            : null;
    }

    /// <summary>What both allow: a token's grants within those of its creator.</summary>
    public static IReadOnlyList<Grant> Within(IReadOnlyList<Grant> grants, IReadOnlyList<Grant> limit) =>
        [.. (from grant in grants
             from bound in limit
             where grant.SystemId is null || bound.SystemId is null || grant.SystemId == bound.SystemId
             select new Grant(grant.Role < bound.Role ? grant.Role : bound.Role, grant.SystemId ?? bound.SystemId)).Distinct()];

    internal static readonly ValueConverter<IReadOnlyList<Grant>, string> Converter = new(grants => Write(grants), text => Read(text));

    internal static readonly ValueComparer<IReadOnlyList<Grant>> Comparer = new(
        (left, right) => Write(left ?? Array.Empty<Grant>()) == Write(right ?? Array.Empty<Grant>()),
        grants => Write(grants).GetHashCode(StringComparison.Ordinal),
        grants => grants);
}
