using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Logs.Files;

/// <summary>What is known of a followed file.</summary>
/// <param name="Problem">Why it is not read, in a sentence, or null.</param>
/// <param name="Behind">Bytes that were not read yet; null where another replica knows.</param>
/// <param name="Lines">Taken from it since it was first read.</param>
/// <param name="LastLine">The beginning of the last line; null: none since this process began to read.</param>
public sealed record FollowedFile(string SystemId, string Path, string? Component, string? Problem, long? Behind, long Offset, long Lines, DateTimeOffset? ReadAt, DateTimeOffset? LastLineAt, string? LastLine)
{
    /// <summary>Nothing is wrong: a program that has nothing to say may not have begun its file.</summary>
    public bool IsAwaited => Problem is FileTail.Missing or FileTails.NoneFits;
}

/// <param name="IsHere">This process follows them; else another replica, which alone knows what hinders it.</param>
public sealed record FollowedFileList(IReadOnlyList<FollowedFile> Files, bool IsHere);

/// <summary>The followed files for pages and endpoints, on any replica. Thread-safe.</summary>
public interface IFollowedFiles
{
    /// <summary>By system and path; only of systems whose logs the actor may read.</summary>
    Task<FollowedFileList> ReadAsync(Actor actor, CancellationToken stop);
}

sealed class FollowedFileQuery(FileTails tails, ILogAppender store) : IFollowedFiles
{
    public async Task<FollowedFileList> ReadAsync(Actor actor, CancellationToken stop)
    {
        var isHere = tails.IsFollowing;
        var files = isHere ? tails.Status : [.. (await store.PlacesAsync(stop)).Select(Elsewhere)];
        return new([.. files.Where(file => actor.May(Permission.ReadLogs, file.SystemId)).OrderBy(file => file.SystemId, StringComparer.Ordinal).ThenBy(file => file.Path, StringComparer.Ordinal)], isHere);
    }

    static FollowedFile Elsewhere(SourcePlace place) => new(place.SystemId, place.Source, null, null, null, FilePlace.Parse(place.Place).Offset, place.Lines, place.ReadAt, place.LastLineAt, null);
}
