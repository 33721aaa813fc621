using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors.Relabelling;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Relabelling;

/// <summary>The cases of Prometheus' own model/relabel/relabel_test.go, as far as they tell something.</summary>
public sealed class RelabelRuleTests
{
    static string? Apply(RelabelRule rule, string labels)
    {
        var list = labels.Split(' ').Select(pair => pair.Split('=')).Select(pair => new Label(pair[0], pair[1])).ToList();
        return rule.Apply(list) ? string.Join(' ', list.OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}")) : null;
    }

    [Theory]
    [InlineData("f(.*)", "d", "ch${1}-ch${1}", "a=foo d=choo-choo")]
    [InlineData("f(.*)", "d", "$1$", "a=foo d=oo$")]
    [InlineData("f(.*)", "${1}_x", "v", "a=foo oo_x=v")]
    [InlineData("b(.*)", "d", "$1", "a=foo")]
    [InlineData("f", "d", "$1", "a=foo")]
    [InlineData("(?P<rest>f.*)", "d", "${rest}!", "a=foo d=foo!")]
    [InlineData("f(.*)", "d", "$1_a$9", "a=foo")]
    [InlineData("f(.*)", "a", "", "")]
    public void Replace_FollowsGo(string pattern, string target, string replacement, string expected) =>
        Assert.Equal(expected, Apply(new() { SourceLabels = ["a"], Pattern = pattern, TargetLabel = target, Replacement = replacement }, "a=foo"));

    [Fact]
    public void Replace_SeveralSources_AreJoined() =>
        Assert.Equal("a=foo b=bar c=baz d=foo-bar", Apply(new() { SourceLabels = ["a", "b"], Separator = "-", TargetLabel = "d" }, "a=foo b=bar c=baz"));

    [Theory]
    [InlineData(RelabelAction.Keep, "f.*", true)]
    [InlineData(RelabelAction.Keep, "o", false)]
    [InlineData(RelabelAction.Drop, "f.*", false)]
    [InlineData(RelabelAction.Drop, "o", true)]
    public void KeepAndDrop_MatchTheWholeValue(RelabelAction action, string pattern, bool kept) =>
        Assert.Equal(kept, Apply(new() { SourceLabels = ["a"], Pattern = pattern, Action = action }, "a=foo") is not null);

    [Theory]
    [InlineData(RelabelAction.KeepEqual, "b", false)]
    [InlineData(RelabelAction.DropEqual, "b", true)]
    [InlineData(RelabelAction.KeepEqual, "a", true)]
    public void Equal_ComparesTwoLabels(RelabelAction action, string target, bool kept) =>
        Assert.Equal(kept, Apply(new() { SourceLabels = ["a"], TargetLabel = target, Action = action }, "a=foo b=bar") is not null);

    [Fact]
    public void HashMod_IsPrometheusHash() =>
        Assert.Equal("a=foo b=bar c=baz d=976", Apply(new() { SourceLabels = ["c"], TargetLabel = "d", Modulus = 1000, Action = RelabelAction.HashMod }, "a=foo b=bar c=baz"));

    [Fact]
    public void LabelMap_CopiesUnderTheNewName() =>
        Assert.Equal("b1=boo b2=foo x1=boo x2=foo", Apply(new() { Pattern = "b(\\d)", Replacement = "x$1", Action = RelabelAction.LabelMap }, "b1=boo b2=foo"));

    [Fact]
    public void LabelKeepAndDrop_MatchNames()
    {
        Assert.Equal("b1=1", Apply(new() { Pattern = "b.*", Action = RelabelAction.LabelKeep }, "a=1 b1=1"));
        Assert.Equal("a=1", Apply(new() { Pattern = "b.*", Action = RelabelAction.LabelDrop }, "a=1 b1=1"));
    }

    [Fact]
    public void Case_Changes()
    {
        Assert.Equal("a=Foo b=foo", Apply(new() { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.Lowercase }, "a=Foo"));
        Assert.Equal("a=Foo b=FOO", Apply(new() { SourceLabels = ["a"], TargetLabel = "b", Action = RelabelAction.Uppercase }, "a=Foo"));
    }
}
