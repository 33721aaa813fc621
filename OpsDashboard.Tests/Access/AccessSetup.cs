using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Audit;

namespace OpsDashboard.Tests.Access;

/// <summary>Accounts, tokens and sign-in around a fresh database and a clock that stands still.</summary>
public sealed class AccessSetup : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    readonly AccessChanges changes;

    AccessSetup(AuditSetup audit)
    {
        Audit = audit;
        var contexts = audit.Database.Contexts;
        Actors = new Actors(contexts, Options, audit.Clock, NullLogger<Actors>.Instance);
        changes = new((Actors)Actors);
        var notice = new AccessChangeNotice(changes);
        Accounts = new(contexts, audit.Log, notice, audit.Clock);
        Tokens = new(contexts, audit.Log, notice, audit.Clock);
        Links = new(contexts, audit.Log, Options, audit.Clock);
        SignIn = new(contexts, audit.Log, Strangers, Options, new(Options.AttemptsPerMinute, audit.Clock), notice, audit.Clock);
        First = new(contexts, audit.Log, Options, audit.Clock);
    }

    public AuditSetup Audit { get; }
    public AccessOptions Options { get; } = new() { RefusalTime = TimeSpan.Zero };
    public CountedStrangers Strangers { get; } = new();
    public IActors Actors { get; }
    public IAccessChanges Changes => changes;
    public Accounts Accounts { get; }
    public ApiTokens Tokens { get; }
    public SignInLinks Links { get; }
    public SignIn SignIn { get; }
    public FirstStart First { get; }
    public OpsDashboard.Tests.Testing.FakeTimeProvider Clock => Audit.Clock;

    public static async Task<AccessSetup> CreateAsync(StorageProvider provider) => new(await AuditSetup.CreateAsync(provider));

    public Task<Account> CreateAsync(string email, params Grant[] grants) =>
        Accounts.CreateAsync(Actor.Program, new(email, null, grants, Password), CancellationToken.None);

    public static Actor ActorOf(Account account) => new(account.Id.ToString(), account.Name, ActorKind.Person, account.Grants);

    public async Task<ClaimsPrincipal> SignedInAsync(Account account) =>
        ((SignInOutcome.Succeeded)await SignIn.WithPasswordAsync(account.Email, Password, "192.0.2.1", CancellationToken.None)).Principal;

    public async Task<string[]> ActionsAsync() => [.. (await Audit.Reader.FindAsync(new(), null, 100, CancellationToken.None)).Select(line => line.Entry.Action)];

    public async Task<Account> ReadAsync(Guid id)
    {
        await using var context = Audit.Database.Contexts.CreateDbContext();
        return await context.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == id);
    }

    public ValueTask DisposeAsync() => Audit.DisposeAsync();

    public sealed class CountedStrangers : IStrangerRefusals
    {
        public List<string?> Addresses { get; } = [];

        public void Count(string? address) => Addresses.Add(address);
    }
}
