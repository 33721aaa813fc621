using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>Makes the first administrator before the first request, and prints where to sign in once the addresses are known.</summary>
sealed class AccessHost(
    FirstStart first, SignInLinks links, AccessOptions options, IServer server,
    IHostApplicationLifetime lifetime, IHostEnvironment environment, ILogger<AccessHost> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await first.EnsureAdministratorAsync(cancellationToken);
        // Development prints a link at every start; else only until somebody has signed in, unless there is a password to use.
        var wantsLink = environment.IsDevelopment() || (options.Bootstrap.Password is null && !await first.HasAnyoneSignedInAsync(cancellationToken));
        var account = wantsLink ? await first.FindAsync(null, cancellationToken) : null;
        var link = account is null ? null : await links.CreateAsync(account.Id, Actor.Program, cancellationToken);
        lifetime.ApplicationStarted.Register(() => Announce(link));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
