using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>Makes the first administrator before the first request, and prints where to sign in once the addresses are known.</summary>
sealed class AccessHost(
    FirstStart first, SignInLinks links, ApiTokens tokens, AccessOptions options, IServer server,
    IHostApplicationLifetime lifetime, IHostEnvironment environment, ILogger<AccessHost> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await first.EnsureAdministratorAsync(cancellationToken);
        // Development prints a link at every start; else only until somebody has signed in, unless there is a password to use.
        var wantsLink = environment.IsDevelopment() || (options.Bootstrap.Password is null && !await first.HasAnyoneSignedInAsync(cancellationToken));
        var account = wantsLink ? await first.FindAsync(null, cancellationToken) : null;
        var link = account is null ? null : await links.CreateAsync(account.Id, Actor.Program, cancellationToken);
        await SayWhatBecameOfTokensAsync(cancellationToken);
        lifetime.ApplicationStarted.Register(() => Announce(link));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Whoever replaces the bootstrap token because it leaked must know that this is not the end of what was made with it.
    async Task SayWhatBecameOfTokensAsync(CancellationToken stop)
    {
        var count = await tokens.CountOfBootstrapAsync(stop);
        if (count == 0)
            return;
        if (options.Bootstrap.ApiToken is null)
            logger.LogWarning("{Count} API tokens were made with the bootstrap token, which is not set: they are refused. Set it again, with any value, and they hold again; revoke those that must not", count);
        else
            logger.LogWarning("{Count} API tokens were made with the bootstrap token. Replacing it does not end them: revoke those that you do not know (Accounts, Tokens), or take it out of the configuration", count);
    }

    void Announce(string? link)
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?.TrimEnd('/') ?? "";
        Console.WriteLine($"OpsDashboard is ready: {address}");
        if (link is not null)
            Console.WriteLine($"Sign in once within {options.LinkLifetime.TotalMinutes:0} min: {address}{link}");
        else
            logger.LogInformation("A new one-time link: OpsDashboard sign-in-link");
    }
}
