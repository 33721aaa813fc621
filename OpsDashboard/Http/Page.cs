using System.Buffers.Text;
using System.Reflection;
using System.Text;
using OpsDashboard.Access;

namespace OpsDashboard.Http;

/// <summary>A portion of a list, newest first.</summary>
/// <param name="Next">The cursor of what follows; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary><c>?limit&amp;cursor</c> of a list. Take it as a parameter of the endpoint.</summary>
/// <param name="Cursor">What the last page's <c>next</c> said, decoded; null: from the beginning.</param>
public sealed record PageRequest(int Limit, string? Cursor)
{
    public const int DefaultLimit = 100, MaxLimit = 500;

    public static ValueTask<PageRequest> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var problems = new List<FieldProblem>();
        var (limitText, cursorText) = (context.Request.Query["limit"].ToString(), context.Request.Query["cursor"].ToString());
        var limit = DefaultLimit;
        if (limitText.Length > 0 && (!int.TryParse(limitText, out limit) || limit is < 1 or > MaxLimit))
            problems.Add(new("limit", $"is a number between 1 and {MaxLimit}."));
        string? cursor = null;
        if (cursorText.Length > 0 && !TryDecode(cursorText, out cursor))
            problems.Add(new("cursor", "is not one that this list gave out."));
        InvalidInputException.ThrowIfAny(problems);
        return ValueTask.FromResult(new PageRequest(limit, cursor));
    }

    /// <summary>The cursor as a number, for lists ordered by one.</summary>
    /// <exception cref="InvalidInputException" />
    public long? CursorNumber() => Cursor is null ? null : long.TryParse(Cursor, out var number) ? number : throw new InvalidInputException("cursor", "is not one that this list gave out.");

    /// <summary>Cuts one page out of what was read with <c>Limit + 1</c>: the surplus item tells that there is more.</summary>
    public Page<T> Cut<T>(IReadOnlyList<T> items, Func<T, string> cursorOf) =>
        items.Count <= Limit ? new(items, null) : new([.. items.Take(Limit)], Encode(cursorOf(items[Limit - 1])));

    /// <summary>Pages a list that is in memory anyway, by the key of each item.</summary>
    public Page<T> Of<T>(IEnumerable<T> newestFirst, Func<T, string> keyOf)
    {
        var rest = Cursor is null ? newestFirst : newestFirst.SkipWhile(item => keyOf(item) != Cursor).Skip(1);
        return Cut([.. rest.Take(Limit + 1)], keyOf);
    }

    /// <summary>A cursor as an answer gives it out, for lists whose next page does not begin behind an item.</summary>
    public static string Encode(string cursor) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(cursor));

    static bool TryDecode(string text, out string? cursor)
    {
        cursor = null;
        if (text.Length > 200 || !Base64Url.IsValid(text))
            return false;
        cursor = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        return true;
    }
}
