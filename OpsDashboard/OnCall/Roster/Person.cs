namespace OpsDashboard.OnCall.Roster;

/// <summary>How a contact way is kept in the file: in-app, push, mail, or all methods of a receiver of alertmanager.yml.</summary>
public enum ContactKind { InApp, Push, Mail, Receiver }

/// <param name="Receiver">Name of the receiver; empty for the other kinds.</param>
public sealed record ContactWay(ContactKind Kind, string Receiver = "")
{
    public override string ToString() => Kind switch { ContactKind.InApp => "in-app", ContactKind.Push => "push", ContactKind.Mail => "mail", _ => $"receiver:{Receiver}" };
}

/// <summary>Somebody who can be paged: a person, or a role that the team has not filled yet.</summary>
/// <param name="Account">Sign-in e-mail of the person's account; null for a role: a push then wakes everybody who may handle the system.</param>
/// <param name="Mail">Where mail goes; the account's e-mail where nothing else is said.</param>
/// <param name="Phone">Shown as a link to call; never dialled by the program.</param>
/// <param name="Ways">In the order in which they are tried.</param>
public sealed record Person(string Id, string Name, string Role, string? Account, string? Mail, string? Phone, IReadOnlyList<ContactWay> Ways, int Line)
{
    /// <summary>The name under which notifications know the person's methods.</summary>
    public string ReceiverName => $"on-call/{Id}";
}

/// <param name="Members">Ids of persons and of other teams.</param>
public sealed record Team(string Id, string Name, IReadOnlyList<string> Members, int Line);
