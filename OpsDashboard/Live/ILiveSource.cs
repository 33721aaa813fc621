using OpsDashboard.Audit;

namespace OpsDashboard.Live;

/// <summary>How a viewer reads a topic.</summary>
public enum LiveMode
{
    /// <summary>Only the newest state counts; a slow viewer skips the others.</summary>
    Tile,

    /// <summary>Every frame counts; what a slow viewer missed is marked as a gap, which it fills from history.</summary>
    Stream,
}

/// <summary>What a viewer asks to follow.</summary>
/// <param name="Source">Name of an <see cref="ILiveSource"/>.</param>
/// <param name="What">In the source's own language; for metrics a PromQL expression.</param>
/// <param name="Step">Milliseconds between points that the viewer keeps apart; 0 for a tile.</param>
public sealed record LiveRequest(string Source, string What, LiveMode Mode, int Step);

/// <summary>Something that can be followed over the hub, filled by the feature that owns it.</summary>
public interface ILiveSource
{
    string Name { get; }

    /// <summary>
    /// The shared topic for what is asked, made on first use. Authorizes the actor for it each time: viewers that share a topic may all read it.
    /// </summary>
    /// <exception cref="Access.AccessDeniedException">The actor may not.</exception>
    /// <exception cref="LiveRefusedException">It cannot be followed; the message is fit for a person.</exception>
    ValueTask<LiveTopic> OpenAsync(LiveRequest request, Actor actor, CancellationToken stop);
}

/// <summary>The request is wrong; the message says how.</summary>
public sealed class LiveRefusedException(string message) : Exception(message);
