using OpsDashboard.Alerts.Routing;

namespace OpsDashboard.OnCall.Roster;

/// <summary>A person's contact ways as a receiver of the notifications, so that pages take the outbox, the notifiers and the delivery log that are there.</summary>
static class PersonalReceiver
{
    public static Receiver Of(Person person, RoutingTable table) => new(person.ReceiverName, [.. person.Ways.SelectMany(way => Methods(person, way, table))], Line: person.Line);

    static IEnumerable<Method> Methods(Person person, ContactWay way, RoutingTable table) => way.Kind switch
    {
        ContactKind.InApp => [new InAppMethod()],
        ContactKind.Push => [new PushMethod { Account = person.Account }],
        ContactKind.Mail => person.Mail is { } to ? [new EmailMethod(to, table.Mail)] : [],
        _ => table.Receivers.TryGetValue(way.Receiver, out var receiver) ? receiver.Methods : [],
    };
}
