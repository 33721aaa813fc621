using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class BootstrapTokenTests
{
    [Fact]
    public async Task TakenOutOfTheConfiguration_WhatWasMadeWithItEnds()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        access.Options.Bootstrap.ApiToken = "a token of the configuration";
        var bootstrap = new Actor("bootstrap-token", "Bootstrap token", ActorKind.Token, [new(Role.Admin, null)]);
        var (token, _) = await access.Tokens.CreateAsync(bootstrap, new("ci", [new(Role.Admin, null)]), CancellationToken.None);
        var principal = SignedIn.Principal($"{token.Id}", $"{token.Id}", token.Name, "Bearer");
        Assert.Equal([new Grant(Role.Admin, null)], (await access.Actors.ResolveAsync(principal)).Grants);

        access.Options.Bootstrap.ApiToken = null;
        access.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(ActorKind.Stranger, (await access.Actors.ResolveAsync(principal)).Kind);
        Assert.False(await access.Actors.IsCurrentAsync(principal));
    }
}
