using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Catalogue;

/// <summary>
/// Systems whose files stay where they are and are not read: the removed demo. Kept in the data directory, so that it holds over restarts and
/// updates of the shipped files. Thread-safe; a change is seen at the next reload.
/// </summary>
public sealed class LeftOutSystems(string file, IAuditLog? audit = null)
{
    readonly SemaphoreSlim turn = new(1, 1);
    volatile IReadOnlySet<string> ids = Read(file);

    public IReadOnlySet<string> Ids => ids;

    public Task AddAsync(Actor actor, IReadOnlyCollection<string> systems, CancellationToken stop) =>
        ChangeAsync(actor, "catalogue.systems_left_out", systems, ids => ids.Union(systems), stop);

    public Task RemoveAsync(Actor actor, IReadOnlyCollection<string> systems, CancellationToken stop) =>
        ChangeAsync(actor, "catalogue.systems_taken_back", systems, ids => ids.Except(systems), stop);

    async Task ChangeAsync(Actor actor, string action, IReadOnlyCollection<string> systems, Func<IReadOnlySet<string>, IEnumerable<string>> change, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        await turn.WaitAsync(stop);
        try
        {
            var changed = change(ids).ToHashSet();
            if (changed.SetEquals(ids))
                return;
            if (audit is not null)
                await audit.AppendAsync(new(actor, action, "catalogue", Particulars: new Dictionary<string, object?> { ["systems"] = systems.Order(StringComparer.Ordinal).ToArray() }), stop);
            await WriteAsync(changed, stop);
            ids = changed;
        }
        finally
        {
            turn.Release();
        }
    }

    async Task WriteAsync(IReadOnlySet<string> changed, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // written beside and moved over: a crash leaves the old list or the new one
        await File.WriteAllTextAsync(file + ".new", JsonSerializer.Serialize(changed.Order(StringComparer.Ordinal)), stop);
        File.Move(file + ".new", file, overwrite: true);
    }

    static IReadOnlySet<string> Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<HashSet<string>>(File.ReadAllText(file)) ?? [] : new HashSet<string>();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InvalidOperationException($"{file} cannot be read ({error.Message}). Mend it, or delete it to read all systems again.", error);
        }
    }
}
