using Microsoft.AspNetCore.SignalR;
using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Live;

/// <summary>What became of one request: the topic's id on the wire, or the reason why not.</summary>
public sealed record LiveAnswer(int Id, string? Error);

/// <summary>The hub of live frames. A browser tab holds one connection; every request is authorized by its source, and again after every reconnect.</summary>
public sealed class LiveHub(IEnumerable<ILiveSource> sources, IActors actors) : Hub
{
    const int MostRequests = 200;

    /// <summary>Follows everything asked for; one answer a request, in order.</summary>
    public async Task<IReadOnlyList<LiveAnswer>> Follow(LiveRequest[] requests)
    {
        if (requests.Length > MostRequests)
            throw new HubException($"At most {MostRequests} requests in one call.");
        var http = Context.GetHttpContext();
        // A hub has neither a request of its own nor a circuit's state: its connection says who it is.
        var actor = Context.User is { } user ? await actors.ResolveAsync(user, http?.Connection.RemoteIpAddress?.ToString()) : Actor.Stranger(null);
        var viewer = LiveConnections.ViewerOf(Context);
        var answers = new List<LiveAnswer>(requests.Length);
        foreach (var request in requests)
        {
            try
            {
                var source = sources.FirstOrDefault(source => source.Name == request.Source) ?? throw new LiveRefusedException($"There is no source {request.Source}.");
                viewer.DemandRoom();
                var topic = await source.OpenAsync(request, actor, Context.ConnectionAborted);
                viewer.Follow(topic);
                answers.Add(new(topic.Id, null));
            }
            catch (Exception refusal) when (refusal is LiveRefusedException or AccessDeniedException)
            {
                answers.Add(new(0, refusal.Message));
            }
        }
        return answers;
    }

    public void Unfollow(int[] ids)
    {
        var viewer = LiveConnections.ViewerOf(Context);
        foreach (var id in ids)
            viewer.Unfollow(id);
    }
}
