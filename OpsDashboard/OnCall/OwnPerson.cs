using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall;

/// <summary>Who of <c>oncall.yml</c> the signed-in person is, and a test of their own contact methods. Thread-safe.</summary>
public sealed class OwnPerson
{
    readonly OpsContextFactory contexts;
    readonly OnCallBook book;
    readonly ICatalogue catalogue;
    readonly OutboxWriter outbox;
    readonly IAuditLog audit;
    readonly LiveBus bus;
    readonly TimeProvider clock;

    internal OwnPerson(OpsContextFactory contexts, OnCallBook book, ICatalogue catalogue, OutboxWriter outbox, IAuditLog audit, LiveBus bus, TimeProvider clock) =>
        (this.contexts, this.book, this.catalogue, this.outbox, this.audit, this.bus, this.clock) = (contexts, book, catalogue, outbox, audit, bus, clock);

    /// <returns>Null: nobody has this account, or the actor is no person.</returns>
    public async Task<Person?> OfAsync(Actor actor, CancellationToken stop)
    {
        if (actor.Kind != ActorKind.Person || !Guid.TryParse(actor.Id, out var id))
            return null;
        await using var context = contexts.CreateDbContext();
        var email = await context.Set<Account>().Where(account => account.Id == id).Select(account => account.Email).SingleOrDefaultAsync(stop);
        return email is null ? null : book.Plan.PersonOf(email);
    }

    /// <summary>The person's methods as notifications know them: kind and where it goes.</summary>
    public IReadOnlyList<Method> MethodsOf(Person person) => RoutingTable.Of(catalogue.Current).Find(person.ReceiverName)?.Methods ?? [];

    /// <summary>Sends a test by all of the actor's own methods.</summary>
    /// <returns>By how many it is on its way.</returns>
    /// <exception cref="NotFoundException">The actor's account belongs to nobody in oncall.yml, or no method can carry it.</exception>
    public async Task<int> TestAsync(Actor actor, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.TakeShifts))
            actor.Demand(Permission.TakeShifts);
        var person = await OfAsync(actor, stop) ?? throw new NotFoundException("person of oncall.yml with your account");
        var labels = new Dictionary<string, string> { ["alertname"] = "Test", ["severity"] = "info" };
        var summary = $"This is a test page for {person.Name}. Nothing is wrong.";
        var alert = new MessageAlert(clock.NewId(), "Test", "info", true, summary, labels, new Dictionary<string, string> { ["summary"] = summary }, clock.Now(), null, Ui.Urls.OnCall, new('0', 16), null);
        var message = new Message(person.ReceiverName, "", NotificationReason.Test, labels, [alert], 1, 0, 0, []) { Url = Ui.Urls.OnCall };
        await using var context = contexts.CreateDbContext();
        if (await outbox.WriteAsync(context, RoutingTable.Of(catalogue.Current), message, null, true, clock.Now(), stop) is not { } carrier)
            throw new NotFoundException("method that can carry it: no browser of yours is subscribed to pushes");
        var count = context.ChangeTracker.Entries<Delivery>().Count();
        await audit.CommitAsync(context, new(actor, "page.tested", $"person/{person.Id}", Particulars: new Dictionary<string, object?> { ["notification"] = carrier.Id }), stop);
        bus.Publish(new OutboxFilled());
        bus.Publish(new NotificationsChanged());
        return count;
    }
}
