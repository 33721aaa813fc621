using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Adding;
using OpsDashboard.Catalogue.Overlays;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class TargetDraftTests
{
    [Fact]
    public void Edits_NewSystem_AreAValidCatalogue()
    {
        var draft = new TargetDraft { SystemName = "My \"Shop\": & more", ComponentName = "Node exporter", Address = "127.0.0.1:9100" };
        var reading = Apply(new CatalogueText(), draft).Read();

        Assert.Empty(reading.Problems);
        var system = reading.Systems.Single(system => system.Id == "my-shop-more");
        Assert.Equal(("My \"Shop\": & more", "node-exporter"), (system.Name, system.Components[0].Id));
        var target = Assert.Single(system.Targets);
        Assert.Equal(("my-shop-more-node-exporter", "127.0.0.1:9100", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), (target.Job, target.Address, target.Interval, target.Timeout));
    }

    [Fact]
    public void Edits_NewComponentOfAKnownSystem_AddsBothAndKeepsTheRest()
    {
        var draft = new TargetDraft { SystemId = "shop", ComponentName = "Cache", Kind = "http", Address = "http://127.0.0.1:1/health", Interval = "15s" };
        var reading = Apply(new CatalogueText().With("shop/system.yml", "# ours\n" + CatalogueText.System + "\n# the end\nlinks: []\n"), draft).Read();
        Assert.Empty(reading.Problems);
        Assert.Equal(["api", "database", "cache"], reading.Systems[0].Components.Select(component => component.Id));
        Assert.Equal(["shop-api", "shop-cache-http"], reading.Systems[0].Targets.Select(target => target.Job));
        Assert.Equal(TimeSpan.FromSeconds(10), reading.Systems[0].Targets[1].Timeout);
    }

    [Fact]
    public void Edits_KnownComponent_LeaveTheSystemAlone()
    {
        var draft = new TargetDraft { SystemId = "shop", ComponentId = "api", Address = "a:1" };
        Assert.Equal(["shop/targets.yml"], draft.Edits(new(new CatalogueText().Files, []), draft.JobYaml()).Select(edit => edit.Path));
    }

    [Fact]
    public void ForTrial_NamelessSystem_CanBeTriedAndIsStillNotSaved()
    {
        var draft = new TargetDraft { Address = "127.0.0.1:9100" };
        Assert.Empty(draft.ForTrial().Problems());
        Assert.Equal("127.0.0.1:9100", Assert.Single(Apply(new CatalogueText(), draft.ForTrial()).Read().Systems.Single(system => system.Id != "shop").Targets).Address);
        Assert.Equal(["SystemName"], draft.Problems().Keys);
    }

    [Theory]
    [InlineData("", "!", "1s", "SystemName")]
    [InlineData("Shop", "7", "1s", "ComponentName")]
    [InlineData("Shop", "App", "often", "Interval")]
    public void Problems_WhatIsMissing_IsNamedByField(string system, string component, string interval, string field) =>
        Assert.Contains(field, new TargetDraft { SystemName = system, ComponentName = component, Interval = interval }.Problems().Keys);

    [Theory]
    [InlineData("", "list:\n  - a: 1\n    b: [2]\n")]
    [InlineData("list: []\n", "list:\n  - a: 1\n    b: [2]\n")]
    [InlineData("list:\nother: 1\n", "list:\n  - a: 1\n    b: [2]\nother: 1\n")]
    [InlineData("list:\n  - x: 1\n", "list:\n  - x: 1\n  - a: 1\n    b: [2]\n")]
    [InlineData("list:\n- x: 1\n", "list:\n- x: 1\n- a: 1\n  b: [2]\n")]
    [InlineData("list:\n  - x: 1\n    y:\n      - 2\n\n# note\nother: 1\n", "list:\n  - x: 1\n    y:\n      - 2\n  - a: 1\n    b: [2]\n\n# note\nother: 1\n")]
    [InlineData("list:\n  - x: |\n      one\n      two\nother: 1\n", "list:\n  - x: |\n      one\n      two\n  - a: 1\n    b: [2]\nother: 1\n")]
    [InlineData("list:\n  - { x: 1,\n      y: 2 }\n", "list:\n  - { x: 1,\n      y: 2 }\n  - a: 1\n    b: [2]\n")]
    [InlineData("list: [{ x: 1 }]\nother: 1\n", "list: [{ x: 1 }, { a: 1, b: [2] }]\nother: 1\n")]
    [InlineData("other: 1\n", "other: 1\nlist:\n  - a: 1\n    b: [2]\n")]
    public void Append_ToAnyShape_KeepsEverythingElse(string before, string after) =>
        Assert.Equal(after, YamlList.Append(before, "list", "a: 1\nb: [2]\n"));

    static CatalogueText Apply(CatalogueText catalogue, TargetDraft draft)
    {
        foreach (var edit in draft.Edits(new CatalogueSources(catalogue.Files, []), draft.JobYaml()))
            catalogue.With(edit.Path, edit.Text!);
        return catalogue;
    }
}
