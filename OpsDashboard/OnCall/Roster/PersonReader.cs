using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;

namespace OpsDashboard.OnCall.Roster;

/// <summary>Reads one of <c>people</c>.</summary>
static class PersonReader
{
    const string Example = "Write `methods: [push, mail]`; there are in-app, push, mail and receiver:<name>.";

    public static Person Read(YamlMap entry, IReadOnlyDictionary<string, Receiver> receivers)
    {
        var (account, mail) = (Address(entry, "account"), Address(entry, "mail"));
        var person = new Person(entry.Identifier("id"), entry.Required("name"), entry.Text("role") ?? "", account, mail ?? account, Phone(entry), [.. Ways(entry, receivers)], entry.Line);
        if (person.Ways.Count == 0)
            entry.Report("methods", $"`{person.Id}` cannot be reached: there is no contact method.", Example);
        else if (person.Ways.All(way => way.Kind == ContactKind.InApp))
            entry.Warn("methods", $"`{person.Id}` is shown pages in the dashboard only: that wakes nobody.", Example);
        if (person.Mail is null && person.Ways.Any(way => way.Kind == ContactKind.Mail))
            entry.Report("methods", $"`{person.Id}` has no address for mail.", "Add `mail: name@example.com`, or `account:` with the sign-in address.");
        return person;
    }

    static IEnumerable<ContactWay> Ways(YamlMap entry, IReadOnlyDictionary<string, Receiver> receivers)
    {
        foreach (var text in entry.Texts("methods").Distinct())
        {
            switch (text)
            {
                case "in-app":
                    yield return new(ContactKind.InApp);
                    break;
                case "push":
                    yield return new(ContactKind.Push);
                    break;
                case "mail":
                    yield return new(ContactKind.Mail);
                    break;
                case ['r', 'e', 'c', 'e', 'i', 'v', 'e', 'r', ':', .. var name] when receivers.ContainsKey(name.Trim()):
                    yield return new(ContactKind.Receiver, name.Trim());
                    break;
                default:
                    entry.Report("methods", $"`{text}` is no contact method, or a receiver that is not in alertmanager.yml.", Example);
                    break;
            }
        }
    }

    static string? Address(YamlMap entry, string key)
    {
        var text = entry.Text(key)?.Trim();
        if (string.IsNullOrEmpty(text))
            return null;
        if (!System.Net.Mail.MailAddress.TryCreate(text, out _))
            entry.Report(key, $"`{text}` is no e-mail address.", $"Write `{key}: name@example.com`.");
        return text;
    }

    static string? Phone(YamlMap entry)
    {
        var text = entry.Text("phone")?.Trim();
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Any(letter => !char.IsAsciiDigit(letter) && letter is not ('+' or ' ' or '-' or '(' or ')')) || !text.Any(char.IsAsciiDigit))
            entry.Report("phone", $"`{text}` is no phone number.", "Write `phone: \"+49 30 1234567\"`.");
        return text;
    }
}
