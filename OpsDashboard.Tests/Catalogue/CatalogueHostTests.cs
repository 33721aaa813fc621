using OpsDashboard.Catalogue;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class CatalogueHostTests
{
    [Fact]
    public async Task Host_FileChanged_FollowsWithinTwoSecondsOfVirtualTime()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.Host.StartAsync(CancellationToken.None);
        var changed = new TaskCompletionSource<CatalogueSnapshot>();
        using var subscription = catalogue.Host.Subscribe(changed.SetResult);

        catalogue.Write("shop/system.yml", CatalogueText.System.Replace("name: Shop", "name: Market"));
        catalogue.Clock.Advance(TimeSpan.FromSeconds(2));

        var snapshot = await changed.Task.WaitAsync(Patience.Limit);
        Assert.Equal("Market", snapshot.Find("shop")!.Name);
        Assert.Equal(2, snapshot.Revision);
        await catalogue.Host.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Host_NothingChanged_PublishesNothing()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var before = catalogue.Host.Current;
        using var subscription = catalogue.Host.Subscribe(_ => Assert.Fail("nothing changed"));
        await catalogue.ReloadAsync();
        Assert.Same(before, catalogue.Host.Current);
        Assert.Empty(catalogue.Audit.Records);
    }

    [Fact]
    public async Task Host_FileChanged_IsAuditedWithTheDifference()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Write("shop/system.yml", CatalogueText.System.Replace("name: Shop", "name: Market"));
        await catalogue.ReloadAsync();

        var record = Assert.Single(catalogue.Audit.Records);
        Assert.Equal(("catalogue.reloaded", "catalogue", "program"), (record.Action, record.Subject, record.Actor.Id));
        var file = Assert.Single((Dictionary<string, object?>[])record.Particulars!["files"]!);
        Assert.Equal(("shop/system.yml", "changed"), (file["path"], file["change"]));
        Assert.Contains("-name: Shop\n+name: Market\n", (string)file["diff"]!);
    }

    [Fact]
    public async Task Host_AuditCannotBeWritten_KeepsTheOldUntilItCan()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Audit.IsBroken = true;
        catalogue.Write("shop/system.yml", CatalogueText.System.Replace("name: Shop", "name: Market"));
        await Assert.ThrowsAsync<IOException>(catalogue.ReloadAsync);
        Assert.Equal("Shop", catalogue.Host.Current.Find("shop")!.Name);

        catalogue.Audit.IsBroken = false;
        await catalogue.ReloadAsync();
        Assert.Equal("Market", catalogue.Host.Current.Find("shop")!.Name);
    }

    [Fact]
    public async Task Host_SystemBreaks_GoesOnAsItWasAndSaysSo()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Write("shop/targets.yml", "scrape_configs: [");
        await catalogue.ReloadAsync();
        Assert.Single(catalogue.Host.Current.Find("shop")!.Targets);
        Assert.Equal("shop/targets.yml", Assert.Single(catalogue.Host.Current.Problems).File);

        catalogue.Write("shop/targets.yml", "scrape_configs: []");
        await catalogue.ReloadAsync();
        Assert.Empty(catalogue.Host.Current.Find("shop")!.Targets);
        Assert.Empty(catalogue.Host.Current.Problems);
    }

    [Fact]
    public async Task Host_SystemRemoved_IsGone()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Delete("shop/system.yml");
        catalogue.Delete("shop/targets.yml");
        await catalogue.ReloadAsync();
        Assert.Empty(catalogue.Host.Current.Systems);
        Assert.Empty(catalogue.Host.Current.Problems);
    }

    [Fact]
    public async Task Host_VariableChangesWhileRunning_MovesTheTarget()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Configuration["Catalogue:Variables:shop_api"] = "127.0.0.1:7777";
        await catalogue.Host.StartedAsync(CancellationToken.None);
        Assert.Equal("127.0.0.1:7777", catalogue.Host.Current.Systems[0].Targets[0].Address);
    }

    [Fact]
    public async Task Host_OneSubscriberFails_TheOthersAreToldAll()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var told = 0;
        using var broken = catalogue.Host.Subscribe(_ => throw new InvalidOperationException("broken"));
        using var sound = catalogue.Host.Subscribe(_ => told++);
        catalogue.Write("shop/system.yml", CatalogueText.System + "\ndescription: new\n");
        await catalogue.ReloadAsync();
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task Host_Unsubscribed_IsNotTold()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Host.Subscribe(_ => Assert.Fail("no longer subscribed")).Dispose();
        catalogue.Write("shop/system.yml", CatalogueText.System + "\ndescription: new\n");
        await catalogue.ReloadAsync();
    }

    [Theory]
    [InlineData(2_000_000, "shop/rules.yml:0: The file has 2,000,000 bytes; at most 1,048,576 are read. Split it, or remove what does not belong there.")]
    public async Task Host_OversizedFile_IsAProblem(int bytes, string expected)
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Write("shop/rules.yml", new string('#', bytes));
        await catalogue.ReloadAsync();
        Assert.Equal(expected, catalogue.Host.Current.Problems.Single().ToString());
    }
}
