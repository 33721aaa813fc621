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

    [Fact]
    public async Task Replaced_WhatWasMadeWithItGoesOn_AndIsCounted()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        access.Options.Bootstrap.ApiToken = "a token of the configuration";
        var bootstrap = new Actor("bootstrap-token", "Bootstrap token", ActorKind.Token, [new(Role.Admin, null)]);
        var (token, _) = await access.Tokens.CreateAsync(bootstrap, new("ci", [new(Role.Admin, null)]), CancellationToken.None);
        await access.Tokens.RevokeAsync(bootstrap, (await access.Tokens.CreateAsync(bootstrap, new("old", [new(Role.Viewer, null)]), CancellationToken.None)).Token.Id, CancellationToken.None);

        access.Options.Bootstrap.ApiToken = "another token of the configuration";
        access.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await access.Actors.IsCurrentAsync(SignedIn.Principal($"{token.Id}", $"{token.Id}", token.Name, "Bearer")));
        Assert.Equal(1, await access.Tokens.CountOfBootstrapAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Token_OfADisabledCreator_EndsAtOnce()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var creator = await access.CreateAsync("ana@example.org", new Grant(Role.Admin, null));
        await access.CreateAsync("ben@example.org", new Grant(Role.Admin, null));
        var (token, _) = await access.Tokens.CreateAsync(AccessSetup.ActorOf(creator), new("ci", [new(Role.Admin, null)]), CancellationToken.None);
        var principal = SignedIn.Principal($"{token.Id}", $"{token.Id}", token.Name, "Bearer");
        Assert.True(await access.Actors.IsCurrentAsync(principal));

        // The clock stands still: nothing that was known grows old by itself.
        await access.Accounts.ChangeAsync(Actor.Program, creator.Id, creator.Version, new(IsDisabled: true), CancellationToken.None);
        Assert.False(await access.Actors.IsCurrentAsync(principal));
    }
}
