namespace OpsDashboard.Access;

/// <summary>Tells that what an actor may, or that it may at all, has changed; also when another replica changed it (within seconds).</summary>
public interface IAccessChanges
{
    /// <summary>The argument is the actor's id. Raised on any thread; handlers return at once and do not throw.</summary>
    event Action<string>? Changed;
}

sealed class AccessChanges(Actors actors) : IAccessChanges
{
    public event Action<string>? Changed;

    public void Raise(string actorId)
    {
        actors.Forget(actorId);
        Changed?.Invoke(actorId);
    }
}
