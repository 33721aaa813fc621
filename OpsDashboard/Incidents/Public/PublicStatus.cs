using Microsoft.EntityFrameworkCore;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Telling;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Public;

/// <param name="Text">As it was told.</param>
public sealed record PublicPost(DateTimeOffset At, string Subject, string Text);

/// <summary>Something that was told to strangers, with all that was told of it since.</summary>
/// <param name="Posts">The latest first.</param>
public sealed record PublicStory(bool IsOpen, IReadOnlyList<PublicPost> Posts);

/// <param name="State">In words.</param>
/// <param name="Stories">What goes on first, then the latest.</param>
public sealed record PublicSystem(string Id, string Name, string State, Ui.Tone Tone, bool IsSimulated, IReadOnlyList<PublicStory> Stories);

/// <summary>
/// What strangers may know: systems that ask for it or of which something was told, and the words that were posted for the status page. It reads no alert:
/// an incident of which nothing was posted for strangers does not exist here. Kept for a few seconds, so that a rush costs nothing. Thread-safe.
/// </summary>
public sealed class PublicStatus(IncidentStore incidents, OpsContextFactory contexts, ICatalogue catalogue, TimeProvider clock)
{
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(5), History = TimeSpan.FromDays(14);
    const int MostPosts = 500;

    readonly SemaphoreSlim gate = new(1, 1);
    (DateTimeOffset At, IReadOnlyList<PublicSystem> Systems)? known;

    public async Task<IReadOnlyList<PublicSystem>> ReadAsync(CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            var now = clock.GetUtcNow();
            if (known is not { } fresh || now - fresh.At >= Kept || now < fresh.At)
                known = fresh = (now, await SystemsAsync(now, stop));
            return fresh.Systems;
        }
        finally
        {
            gate.Release();
        }
    }

    async Task<IReadOnlyList<PublicSystem>> SystemsAsync(DateTimeOffset now, CancellationToken stop)
    {
        var open = (await incidents.ListAsync(new(IsOpen: true), null, MostPosts, stop)).ToDictionary(incident => incident.Id);
        var (since, ids) = (now - History, open.Keys.ToArray());
        await using var context = contexts.CreateDbContext();
        var posts = await context.Set<PostedUpdate>().AsNoTracking().Where(post => post.IsPublic && (post.At >= since || post.Until >= now || (post.IncidentId != null && ids.Contains(post.IncidentId.Value))))
            .OrderByDescending(post => post.At).Take(MostPosts).ToListAsync(stop);
        return
        [
            .. from system in catalogue.Current.Systems
               let own = posts.Where(post => post.SystemId == system.Id).ToArray()
               where system.IsOnStatusPage || own.Length > 0
               orderby system.Name
               let state = State(own, open, now)
               select new PublicSystem(system.Id, system.Name, state.Words, state.Tone, catalogue.Current.Environment == "simulator", Stories(own, open, now)),
        ];
    }

    static IReadOnlyList<PublicStory> Stories(IEnumerable<PostedUpdate> posts, Dictionary<Guid, Incident> open, DateTimeOffset now) =>
    [
        .. from post in posts
           group post by post.IncidentId ?? post.SilenceId into story
           let latest = story.First()
           let isOpen = latest.IncidentId is { } id ? open.ContainsKey(id) : latest.Until > now
           orderby isOpen descending, latest.At descending
           select new PublicStory(isOpen, [.. story.Select(post => new PublicPost(post.At, post.Subject, post.Body))]),
    ];

    static (string Words, Ui.Tone Tone) State(IEnumerable<PostedUpdate> posts, Dictionary<Guid, Incident> open, DateTimeOffset now)
    {
        var severities = posts.Where(post => post.IncidentId is { } id && open.ContainsKey(id)).Select(post => open[post.IncidentId!.Value].Severity).ToArray();
        if (severities.Length > 0)
        {
            return severities.Min() switch
            {
                IncidentSeverity.Critical => ("Not working for many", Ui.Tone.Critical),
                IncidentSeverity.High => ("Partly not working", Ui.Tone.Warning),
                _ => ("Working with limits", Ui.Tone.Warning),
            };
        }
        return posts.Any(post => post.From <= now && post.Until > now) ? ("Planned maintenance", Ui.Tone.Maintenance) : ("Working", Ui.Tone.Ok);
    }
}
