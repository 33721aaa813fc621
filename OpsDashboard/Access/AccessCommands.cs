using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

public static class AccessCommands
{
    const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary><c>sign-in-link [email]</c>: prints a new one-time link; whoever may run it on the server is an administrator.</summary>
    public static async Task<int> SignInLinkAsync(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.AddStorage().AddAudit().AddAccess();
        await using var app = builder.Build();
        try
        {
            await app.Services.GetRequiredService<Schema>().UpdateAsync(CancellationToken.None);
            var first = app.Services.GetRequiredService<FirstStart>();
            await first.EnsureAdministratorAsync(CancellationToken.None);
            if (await first.FindAsync(arguments.FirstOrDefault(), CancellationToken.None) is not { } account)
            {
                await Console.Error.WriteLineAsync(arguments.Length > 0 ? $"No account that is not disabled has the e-mail {arguments[0]}." : "Every administrator is disabled: name an account.");
                return 1;
            }
            var link = await app.Services.GetRequiredService<SignInLinks>().CreateAsync(account.Id, Actor.Program, CancellationToken.None);
            var address = (app.Configuration["urls"] ?? DefaultUrl).Split(';')[0].TrimEnd('/');
            Console.WriteLine($"Signs in {account.Email} once, within {app.Services.GetRequiredService<AccessOptions>().LinkLifetime.TotalMinutes:0} min: {address}{link}");
            return 0;
        }
        catch (Exception problem) when (problem is StartRefusedException or OperationCanceledException or IOException or System.Data.Common.DbException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 2;
        }
    }
}
