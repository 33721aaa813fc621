using FsCheck;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Nodes.Sets;
using Xunit;
using Random = System.Random;

namespace OpsDashboard.Tests.Runbooks.Nodes.Sets;

public sealed class RolloutTests
{
    static readonly NodeSet Set = new("apis", ["a", "b", "c", "d", "e"], 2, true, TimeSpan.FromSeconds(30), 1, 0, "environments/test.yml", 1);
    static readonly Dictionary<string, string> None = [];
    static readonly TimeSpan LongAgo = TimeSpan.FromHours(1);

    [Fact]
    public void First_IsAlone() => Assert.Equal(["a"], Started(Next(Set, "")));

    [Fact]
    public void Without_Canary_TheFirstBatchIsWhole() => Assert.Equal(["a", "b"], Started(Next(Set with { HasCanary = false }, "")));

    [Fact]
    public void Canary_ThatFailed_StopsAllThoughOneMayFail() =>
        Assert.Equal(new RolloutStep.Stop("The first node, a, failed: the others were left alone."), Next(Set, "a!"));

    [Fact]
    public void While_OneRuns_NothingIsBegun() => Assert.Equal(new RolloutStep.Wait(null, "1 of 5 nodes are being worked on."), Next(Set, "a+ b+ c~"));

    [Fact]
    public void Batches_FollowInOrder()
    {
        Assert.Equal(["b", "c"], Started(Next(Set, "a+")));
        Assert.Equal(["d", "e"], Started(Next(Set, "a+ b+ c+")));
        Assert.Equal(new RolloutStep.Done(), Next(Set, "a+ b+ c+ d+ e+"));
    }

    [Fact]
    public void Between_Batches_IsAPause() =>
        Assert.Equal(new RolloutStep.Wait(TimeSpan.FromSeconds(20), "The pause between two batches."), Next(Set, "a+", since: TimeSpan.FromSeconds(10)));

    [Fact]
    public void As_ManyAsMayFail_GoOn() => Assert.Equal(["d", "e"], Started(Next(Set, "a+ b! c+")));

    [Fact]
    public void More_ThanMayFail_Stop()
    {
        Assert.Equal(new RolloutStep.Stop("2 of 5 nodes failed (b, c); at most 1 may."), Next(Set, "a+ b! c!"));
        Assert.Equal(new RolloutStep.Stop("1 of 5 nodes failed (b); none may."), Next(Set with { MaxFailures = 0 }, "a+ b! c~"));
    }

    [Fact]
    public void Batch_ShrinksSoThatEnoughStayHealthy() => Assert.Equal(["b"], Started(Next(Set with { MinimumHealthy = 4 }, "a+")));

    [Fact]
    public void Never_FewerThanOneOfTwo()
    {
        var two = Set with { NodeIds = ["a", "b"], MinimumHealthy = 1, HasCanary = false };
        Assert.Equal(["a"], Started(Next(two, "")));
        Assert.Equal(["b"], Started(Next(two, "a+")));
        Assert.Equal(new RolloutStep.Wait(null, "Taking a would leave 0 of 2 nodes healthy; at least 1 must be. b: it is slow."), Next(two, "", unhealthy: new() { ["b"] = "it is slow" }));
        Assert.Equal(new RolloutStep.Wait(null, "Taking b would leave 0 of 2 nodes healthy; at least 1 must be."), Next(two, "a!"));
    }

    [Fact]
    public void Node_ThatIsDownAlready_MayBeMended() => Assert.Equal(["a"], Started(Next(Set with { NodeIds = ["a", "b"], MinimumHealthy = 1 }, "", unhealthy: new() { ["a"] = "it is down" })));

    [Fact]
    public void Node_ThatIsNotHealthyAgain_HoldsTheNextBatchBack() =>
        Assert.Equal(new RolloutStep.Wait(null, "a is not healthy again yet: it starts."), Next(Set, "a+", unhealthy: new() { ["a"] = "it starts" }));

    [Fact]
    public void Node_ThatFailed_IsNotWaitedFor() => Assert.Equal(["d", "e"], Started(Next(Set, "a+ b! c+", unhealthy: new() { ["b"] = "it is down" })));

    [Fact]
    public void Any_Rollout_KeepsItsPromisesAndEnds() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var nodes = Enumerable.Range(0, random.Next(1, 9)).Select(number => $"n{number}").ToArray();
        var set = new NodeSet("any", nodes, random.Next(1, 4), random.Next(2) == 0, TimeSpan.Zero, random.Next(0, 3), random.Next(0, nodes.Length), "f", 1);
        var results = new Dictionary<string, NodeProgress>();
        for (var round = 0; ; round++)
        {
            Assert.True(round < 50);
            if (new Rollout(set).Next(results, None, LongAgo) is not RolloutStep.Start start)
                break;
            Assert.InRange(start.NodeIds.Count, 1, set.BatchSize);
            Assert.DoesNotContain(start.NodeIds, results.ContainsKey);
            Assert.True(nodes.Count(id => !start.NodeIds.Contains(id) && results.GetValueOrDefault(id) != NodeProgress.Failed) >= set.MinimumHealthy);
            foreach (var id in start.NodeIds)
                results[id] = random.Next(4) == 0 ? NodeProgress.Failed : NodeProgress.Succeeded;
        }
        Assert.True(results.Values.Count(result => result == NodeProgress.Failed) <= set.MaxFailures + set.BatchSize);
    }).Check(new Configuration { MaxNbOfTest = 300, QuietOnSuccess = true, Runner = Config.QuickThrowOnFailure.Runner });

    static RolloutStep Next(NodeSet set, string results, TimeSpan? since = null, Dictionary<string, string>? unhealthy = null) =>
        new Rollout(set).Next(Results(results), unhealthy ?? None, since ?? LongAgo);

    static Dictionary<string, NodeProgress> Results(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(word => word[..^1], word => word[^1] switch { '+' => NodeProgress.Succeeded, '!' => NodeProgress.Failed, _ => NodeProgress.Running });

    static IReadOnlyList<string> Started(RolloutStep step) => Assert.IsType<RolloutStep.Start>(step).NodeIds;
}
